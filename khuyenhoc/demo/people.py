"""The people of the demonstration, all invented, with one sign-in for every role."""

from datetime import date

from khuyenhoc.core.context import Person
from khuyenhoc.core.values import dataclass
from khuyenhoc.org import grants, users
from khuyenhoc.org.units import Unit
from khuyenhoc.org.users import User

PASSWORD = "khuyen-hoc-2022"  # noqa: S105 - the demonstration's public password; such sign-ins exist nowhere else
SINCE = date(2022, 1, 1)


@dataclass(frozen=True)
class Somebody:
    """A sign-in, the person behind it and the role."""

    username: str
    honorific: str
    full_name: str
    role: str


PEOPLE = (
    Somebody("admin", "Anh", "Mai Quản Trị", "administrator"),
    Somebody("thuquy", "Bà", "Đoàn Ngọc Hạ", "treasurer"),
    Somebody("ketoan", "Cô", "Lương Thị Hạnh", "accountant"),
    Somebody("thuky", "Cô", "Nghiêm Khánh Linh", "secretary"),
    Somebody("chutich", "Ông", "Lê Công Thành", "chair"),
    Somebody("phochutich", "Bà", "Trần Thị Oanh", "vice_chair"),
    Somebody("hoidong1", "Thầy", "Phan Phấn Bảng", "committee_member"),
    Somebody("hoidong2", "Cô", "Vũ Giáo Án", "committee_member"),
    Somebody("hoidong3", "Ông", "Hồ Thước Kẻ", "committee_member"),
    Somebody("hoidong4", "Bà", "Lý Trang Sách", "committee_member"),
    Somebody("hoidong5", "Thầy", "Ngô Bút Mực", "committee_member"),
    Somebody("chihoi", "Cô", "Đinh Khu Phố", "nominator"),
    Somebody("baocao", "Anh", "Trịnh Số Liệu", "reporter"),
    Somebody("kiemtra", "Ông", "Quách Kiểm Tra", "auditor"),
    Somebody("nhahaotam", "Bà", "Đặng Thị Tưởng Tượng", "donor"),
)
DONOR = "D06"
"""Whose gifts the sign-in ``nhahaotam`` sees."""


def enrol(units: list[Unit], password: str, *, by: Person) -> dict[str, User]:
    """Give everybody a sign-in and their role on each of the units."""
    found = {}
    for somebody in PEOPLE:
        user = users.create(
            username=somebody.username,
            full_name=somebody.full_name,
            honorific=somebody.honorific,
            password=password,
            by=by,
        )
        for unit in units:
            grants.give(user, somebody.role, unit, starts=max(SINCE, unit.valid_from), by=by)
        found[somebody.username] = user
    return found
