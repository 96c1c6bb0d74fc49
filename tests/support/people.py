"""The people of the tests: the usual officers of an association, made when first asked for."""

from datetime import date
from functools import cache

from khuyenhoc.core.database import writing
from khuyenhoc.org import grants, passwords, sessions, unit_changes, units, users
from khuyenhoc.org.units import Unit
from khuyenhoc.org.users import COMMAND_LINE, User

PASSWORD = "mot cau de nho 2026"
FOUNDED = date(2012, 1, 1)

OFFICERS = {
    "admin": ("Ông", "Lý Văn Thử", "administrator"),
    "thuquy": ("Bà", "Đoàn Ngọc Hạ", "treasurer"),
    "ketoan": ("Cô", "Trần Thị Minh Họa", "accountant"),
    "thuky": ("Chị", "Phan Thu Mẫu", "secretary"),
    "chutich": ("Ông", "Nguyễn Văn Ví Dụ", "chair"),
    "phochutich": ("Bà", "Lê Thị Giả Định", "vice_chair"),
    "hoidong1": ("Thầy", "Võ Đình Ước", "committee_member"),
    "chihoi": ("Cô", "Hồ Thị Nháp", "nominator"),
    "baocao": ("Anh", "Đặng Quốc Tạm", "reporter"),
    "kiemtra": ("Ông", "Bùi Công Kiểm", "auditor"),
    "nhahaotam": ("Ông", "Mai Thí Dụ", "donor"),
}
"""User name → honorific, full name, and the role held on the association."""

ASSOCIATIONS = {
    "U01": "Hội Khuyến học quận Sông Xanh",
    "U02": "Hội Khuyến học quận Núi Biếc",
}
"""Two associations that have nothing to do with each other."""


def association(code: str = "U01") -> Unit:
    """The association of this code."""
    unit = units.find_unit(code)
    if unit is not None:
        return unit
    with writing():
        return unit_changes.open_unit(
            code=code, kind="district_association", name=ASSOCIATIONS[code], starts=FOUNDED, by=COMMAND_LINE
        )


def person(username: str, *, role: str | None = None, unit: Unit | None = None) -> User:
    """The officer of this user name; anyone else by naming a role, by default on the association U01."""
    known = users.find_user(username)
    if known is not None:
        return known
    honorific, full_name, usual = OFFICERS.get(username, ("Bà", f"Vũ Thị {username.title()}", ""))
    unit = unit or association()
    with writing():
        user = users.create(
            username=username, full_name=full_name, honorific=honorific, password=PASSWORD, by=COMMAND_LINE
        )
        if role or usual:
            grants.give(user, role or usual, unit, by=COMMAND_LINE, starts=FOUNDED)
    return user


def grant(user: User, role: str, unit: Unit) -> None:
    """One more role for somebody."""
    with writing():
        grants.give(user, role, unit, by=COMMAND_LINE, starts=FOUNDED)


def session_of(user: User) -> str:
    """A session for the person; gives the token for the cookie."""
    with writing():
        return sessions.start(user, address="127.0.0.1", device="tests")


_hashed = passwords.hashed


@cache
def hashed_once(password: str) -> str:
    """Hash a password once a run, not once a person: hashing is slow on purpose."""
    return _hashed(password)
