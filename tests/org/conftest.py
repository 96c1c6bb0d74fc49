"""A ward under a district, a chapter and a school below it, and the people who work there."""

from datetime import date

import pytest

from khuyenhoc.core.database import writing
from khuyenhoc.org import administration, grants, unit_changes, users
from khuyenhoc.org.units import Unit
from khuyenhoc.org.users import COMMAND_LINE, User

PASSWORD = "hoa gạo tháng ba"


def found(code: str, name: str, starts: date, *, kind: str = "ward_association", parent: Unit | None = None) -> Unit:
    """A new unit."""
    with writing():
        return unit_changes.open_unit(code=code, kind=kind, name=name, starts=starts, parent=parent, by=COMMAND_LINE)


def employ(username: str, full_name: str, honorific: str, *roles: tuple[str, Unit]) -> User:
    """A person with an account and roles."""
    with writing():
        user = users.create(
            username=username, full_name=full_name, honorific=honorific, password=PASSWORD, by=COMMAND_LINE
        )
        for role, unit in roles:
            grants.give(user, role, unit, starts=date(2025, 7, 1), by=COMMAND_LINE)
    return user


@pytest.fixture
def ben_nang(app) -> Unit:
    """The ward association, in being."""
    return found("U05", "Hội Khuyến học phường Bến Nắng", date(2025, 7, 1))


@pytest.fixture
def cau_may(app) -> Unit:
    """The neighbouring ward, foreign to the people of Bến Nắng."""
    return found("U06", "Hội Khuyến học phường Cầu Mây", date(2025, 7, 1))


@pytest.fixture
def khu_pho_1(ben_nang) -> Unit:
    """A chapter below Bến Nắng."""
    name = "Chi hội Khuyến học Khu phố 1 – Bến Nắng"
    return found("U07", name, date(2025, 7, 1), kind="chapter_neighbourhood", parent=ben_nang)


@pytest.fixture
def admin(ben_nang) -> User:
    """The administrator of Bến Nắng, made at the terminal."""
    with writing():
        return administration.create_first_administrator(
            unit=ben_nang, username="admin", full_name="Phan Văn Quản", honorific="Anh", password=PASSWORD
        )


@pytest.fixture
def ba_ha(ben_nang) -> User:
    """The treasurer."""
    return employ("thuquy", "Đoàn Ngọc Hạ", "Bà", ("treasurer", ben_nang))


@pytest.fixture
def ong_dinh(ben_nang) -> User:
    """The chair."""
    return employ("chutich", "Lý Đình Đình", "Ông", ("chair", ben_nang))
