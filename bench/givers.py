"""Donors by the hundred thousand, with names as they are: few family names, common middle names, many given ones."""

import random
from collections.abc import Iterator
from typing import Any

from bench.bulk import Bulk
from bench.chaining import Chain
from khuyenhoc.core import clock, names
from khuyenhoc.giving import donor_index
from khuyenhoc.history import seal
from khuyenhoc.org.users import User

FAMILY = {
    "Nguyễn": 38, "Trần": 12, "Lê": 10, "Phạm": 7, "Hoàng": 5, "Huỳnh": 5, "Phan": 5, "Vũ": 3, "Võ": 3, "Đặng": 2,
    "Bùi": 2, "Đỗ": 2, "Hồ": 1, "Ngô": 1, "Dương": 1, "Lý": 1,
}  # fmt: skip
MIDDLE = {
    "Thị": 26, "Văn": 22, "Minh": 7, "Ngọc": 6, "Thanh": 5, "Thu": 4, "Đức": 4, "Hữu": 4, "Quốc": 3, "Kim": 3,
    "Xuân": 3, "Hoàng": 3, "Gia": 2, "Bảo": 2, "Phương": 2, "Anh": 2, "Công": 1, "Đình": 1,
}  # fmt: skip
GIVEN = [
    "An", "Anh", "Ánh", "Ân", "Bảo", "Bình", "Cường", "Châu", "Chi", "Công", "Cúc", "Danh", "Diễm", "Dung", "Dũng",
    "Duy", "Dương", "Đạt", "Đông", "Đức", "Giang", "Hà", "Hạnh", "Hạ", "Hải", "Hằng", "Hiền", "Hiếu", "Hòa", "Họa",
    "Hoa", "Hoàng", "Hồng", "Huệ", "Hùng", "Huy", "Hương", "Khang", "Khánh", "Khoa", "Kiên", "Lan", "Lâm", "Liên",
    "Linh", "Loan", "Long", "Lộc", "Mai", "Mạnh", "Minh", "Mỹ", "Nam", "Nga", "Ngân", "Nghĩa", "Ngọc", "Nguyên",
    "Nhân", "Nhi", "Nhung", "Oanh", "Phong", "Phúc", "Phương", "Quân", "Quang", "Quý", "Quỳnh", "Sơn", "Tâm", "Tân",
    "Thảo", "Thắng", "Thành", "Thiện", "Thịnh", "Thu", "Thủy", "Thúy", "Tiến", "Toàn", "Trang", "Trâm", "Trí",
    "Trung", "Tuấn", "Tùng", "Tuyết", "Uyên", "Vân", "Việt", "Vinh", "Vy", "Xuân", "Yến",
]  # fmt: skip
KNOWN = 3
KNOWN_NAME = "Mạc Thị Thí Dụ"
"""So many givers of one name there are at every size, with the same number of gifts."""
PORTION = 20_000


def some_name(numbers: random.Random) -> str:
    """A person's whole name, of three or four words."""
    family = numbers.choices([*FAMILY], FAMILY.values())[0]  # type: ignore[arg-type]
    middle = numbers.choices([*MIDDLE], MIDDLE.values())[0]  # type: ignore[arg-type]
    given = numbers.choice(GIVEN)
    second = f" {numbers.choice(GIVEN)}" if numbers.random() < 0.35 else ""
    return f"{family} {middle}{second} {given}"


def fill(bulk: Bulk, count: int, *, first: int, chain: Chain, by: User) -> None:
    """So many cards of individuals, each with its words, and its event in the history."""
    numbers = random.Random(count)
    for start in range(0, count, PORTION):
        rows: dict[str, list[dict[str, Any]]] = {"donors": [], "donor_words": [], "donor_pairs": [], "history": []}
        for donor_id in range(first + start, first + min(start + PORTION, count)):
            for table, some in _card(
                donor_id, KNOWN_NAME if donor_id - first < KNOWN else some_name(numbers), numbers, chain, by
            ):
                rows[table] += some
        for table, some in rows.items():
            bulk.write(table, some)


def _card(
    donor_id: int, name: str, numbers: random.Random, chain: Chain, by: User
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    honorific = "Bà" if " Thị " in name else "Ông"
    phone = f"+849{numbers.randrange(10**8):08d}" if numbers.random() < 0.6 else None
    donor = {
        "id": donor_id,
        "unit_id": chain.unit_id,
        "kind": "individual",
        "honorific": honorific,
        "name": name,
        "display": numbers.choices(["full", "short", "anonymous"], [70, 20, 10])[0],
        "shown_as": None,
        "phone": phone,
        "email": None,
        "address": "",
        "tax_code": None,
        "note": "",
        "represents_id": None,
        "renamed": False,
        "folded": donor_index.folded(name),
        "sort_key": names.sort_key(name),
        "idempotency_key": None,
        "created_at": clock.stamp(),
        "created_by": by.id,
    }
    yield "donors", [donor]
    words, pairs = donor_index.entries(donor_id, chain.unit_id, [name, honorific], phone)
    yield "donor_words", words
    yield "donor_pairs", pairs
    content = seal.content_of("donors", {"donors": [donor]})
    details = {"kind": "individual", "name": name}
    yield "history", [chain.event("donor.created", "donors", donor_id, content, details, by)]
