"""Those whom the year helped: made by a seeded generator from invented parts of names, the same on every machine."""

import datetime
import random
from collections.abc import Iterator
from dataclasses import field
from typing import Any

from khuyenhoc.core.values import dataclass
from khuyenhoc.recipients.details import CircumstanceDetails, Details, GuardianDetails, ResultDetails

SEED = 2022
LAST_YEAR = "2021–2022"
FAMILY = ("Lá", "Mưa", "Sóng", "Nắng", "Gió", "Mây", "Suối", "Đồi", "Trăng", "Sương", "Bãi", "Ghềnh")
MIDDLE = ("Thị", "Văn", "Ngọc", "Hoa", "Xuân", "Thu", "Minh", "Thanh", "Bảo", "Kim", "Tường", "Khánh")
GIVEN = (
    "Mầm", "Chồi", "Nụ", "Hạt", "Cốm", "Thóc", "Sen", "Súng", "Cúc", "Mơ", "Mận", "Lựu",
    "Bưởi", "Cam", "Quýt", "Dừa", "Trúc", "Tre", "Sậy", "Lau", "Ốc", "Nghêu", "Diều", "Sáo",
)  # fmt: skip
STREETS = ("Cánh Diều", "Trống Trường", "Bếp Lửa", "Nắng Mai", "Gió Nồm", "Phấn Trắng", "Hoa Gạo", "Tiếng Ve")
SCHOOLS = {
    "primary": ("Trường Tiểu học Hoa Gạo", "U11"),
    "lower_secondary": ("Trường THCS Sao Khuê Mẫu", "U12"),
    "upper_secondary": ("Trường THPT Trăng Rằm", "U13"),
}
COLLEGE = "Trường Cao đẳng Bến Xa"
GRADES = {"primary": (1, 5, 2015), "lower_secondary": (6, 9, 2010), "upper_secondary": (10, 12, 2006)}
"""Level → first grade, last grade, the year in which those of the first grade were born, for 2022."""

CIRCUMSTANCES = ("poor", "near_poor", "orphan_father", "orphan_mother", "parent_illness", "sudden_hardship")
ADULTS = {"student": "U07", "member": "U08", "teacher": "U12", "group": "U13"}


@dataclass
class People:
    """The generator. No two of its people have the same name, birthday and school."""

    dice: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 - a fixed play, no secret
    _count: int = 0

    def some(self, kind: str, level: str | None, quantity: int) -> Iterator[tuple[str, Details]]:
        """So many of a kind: the code of the unit that knows them, and their cards."""
        for _ in range(quantity):
            self._count += 1
            if level is not None:
                yield SCHOOLS[level][1], self._pupil(level)
            else:
                yield ADULTS[kind], self._adult(kind)

    def _pupil(self, level: str) -> Details:
        first, last, born = GRADES[level]
        grade = self.dice.randint(first, last)
        name = self._name()
        return Details(
            kind="pupil",
            full_name=name,
            birth_date=self._day(born - (grade - first)),
            gender=self.dice.choice(("female", "male")),
            address=self._address(),
            school=SCHOOLS[level][0],
            class_name=f"{grade}{self.dice.choice('ABC')}{self.dice.randint(1, 6)}",
            level=level,
            guardians=(GuardianDetails(self._name(), self.dice.choice(("cha", "mẹ", "bà")), self._phone()),),
            circumstances=(
                CircumstanceDetails(
                    self.dice.choice(CIRCUMSTANCES),
                    valid_from=datetime.date(2022, 1, 1),
                    valid_to=datetime.date(2022, 12, 31),
                ),
            ),
            results=(ResultDetails(LAST_YEAR, "Khá", "Tốt", 700 + self.dice.randint(0, 250)),),
            **self._bank(),
        )

    def _adult(self, kind: str) -> Details:
        if kind == "group":
            name = f"Tập thể đội Cờ đỏ số {self._count} Trường THPT Trăng Rằm"
            return Details(kind=kind, full_name=name, address=self._address(), **self._bank())
        born = {"student": 2002, "member": 1950, "teacher": 1978}[kind]
        return Details(
            kind=kind,
            full_name=self._name(),
            honorific={"student": None, "member": "Bác", "teacher": self.dice.choice(("Thầy", "Cô"))}[kind],
            birth_date=self._day(born + self.dice.randint(0, 2)),
            gender=self.dice.choice(("female", "male")),
            phone=self._phone(),
            address=self._address(),
            school=COLLEGE if kind == "student" else "",
            class_name=f"K{self.dice.randint(20, 22)}" if kind == "student" else "",
            **self._bank(),
        )

    def _name(self) -> str:
        return " ".join((self.dice.choice(FAMILY), self.dice.choice(MIDDLE), self.dice.choice(GIVEN)))

    def _day(self, year: int) -> datetime.date:
        return datetime.date(year, 1, 1) + datetime.timedelta(days=self.dice.randint(0, 364))

    def _phone(self) -> str:
        return f"09000{self.dice.randint(0, 99_999):05d}"

    def _address(self) -> str:
        return f"{self.dice.randint(1, 300)} đường {self.dice.choice(STREETS)}, quận Sông Xanh"

    def _bank(self) -> dict[str, Any]:
        number = f"9990{self._count:08d}"
        return {"bank_name": "Ngân hàng Ví Dụ", "bank_number": number, "bank_holder": f"NGUOI NHAN {self._count}"}
