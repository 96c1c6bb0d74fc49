"""The office of a ward: who asks, who approves, and a deed of no feature to approve."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from khuyenhoc.approvals import registry, requests
from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.registry import Approvable, Description
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.database import writing
from khuyenhoc.org import grants, unit_changes, users
from khuyenhoc.org.units import Unit
from khuyenhoc.org.users import COMMAND_LINE, User

PASSWORD = "hoa gạo tháng ba"
LONG_AGO = date(2025, 7, 1)


def found_unit(code: str, name: str, starts: date = LONG_AGO) -> Unit:
    """A ward association in being."""
    with writing():
        return unit_changes.open_unit(code=code, kind="ward_association", name=name, starts=starts, by=COMMAND_LINE)


def employ(username: str, full_name: str, honorific: str, *roles: tuple[str, Unit]) -> User:
    """A person with an account and roles."""
    with writing():
        user = users.create(
            username=username, full_name=full_name, honorific=honorific, password=PASSWORD, by=COMMAND_LINE
        )
        for role, unit in roles:
            grants.give(user, role, unit, starts=LONG_AGO, by=COMMAND_LINE)
    return user


@dataclass
class Deed:
    """Something to be approved that belongs to no feature: a text that can change, a list of what was carried out."""

    text: str = "Mua 12 xe đạp"
    amount: int = 28_500_000
    parts: list[Part] = field(default_factory=list)
    done_by: list[str] = field(default_factory=list)
    refusal: Exception | None = None
    spent_before: int = 0

    def approvable(self, **others: Any) -> Approvable:
        """Its kind."""
        return Approvable(
            kind="test.deed",
            title="Việc thử",
            describe=lambda request: Description(title=self.text, amount=request.amount, button="Duyệt mua"),
            fingerprint=lambda _request: self.text,
            carry_out=self._carry_out,
            participants=lambda _request: self.parts,
            total=lambda request: request.amount + self.spent_before,
            **others,
        )

    def _carry_out(self, request: Request, /, *, by: User) -> None:
        if self.refusal:
            raise self.refusal
        self.done_by.append(by.signature)


@dataclass
class Office:
    """The people of Bến Nắng, and the verbs that tests use on them."""

    unit: Unit
    accountant: User
    treasurer: User
    chair: User
    vice_chair: User
    deed: Deed

    def ask(self, by: User | None = None, amount: int | None = None, subject: int = 1) -> Request:
        """The accountant asks for the deed."""
        with writing():
            return requests.ask(
                "test.deed",
                unit_id=self.unit.id,
                subject_kind="deed",
                subject_id=subject,
                by=by or self.accountant,
                reason="Khai giảng 5/9",
                amount=self.deed.amount if amount is None else amount,
            )

    def approve(self, request: Request, by: User | None = None, shown: str | None = None) -> Outcome:
        """The chair approves what the page shows now."""
        shown = requests.fingerprint(request) if shown is None else shown
        with writing():
            return requests.approve(request, by=by or self.chair, shown=shown)

    def send_back(self, request: Request, reason: str = "Thiếu báo giá", by: User | None = None) -> None:
        """The chair returns the request."""
        with writing():
            requests.send_back(request, by=by or self.chair, reason=reason)


@pytest.fixture
def ben_nang(app: Any) -> Unit:
    """The ward association."""
    return found_unit("U05", "Hội Khuyến học phường Bến Nắng")


@pytest.fixture
def cau_may(app: Any) -> Unit:
    """The neighbouring ward, foreign to the people of Bến Nắng."""
    return found_unit("U06", "Hội Khuyến học phường Cầu Mây")


@pytest.fixture
def office(ben_nang: Unit, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Accountant, treasurer, chair and vice-chair, and the deed they decide about."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    deed = Deed()
    registry.register(deed.approvable())
    return Office(
        unit=ben_nang,
        accountant=employ("ketoan", "Lương Thị Hạnh", "Cô", ("accountant", ben_nang)),
        treasurer=employ("thuquy", "Đoàn Ngọc Hạ", "Bà", ("treasurer", ben_nang)),
        chair=employ("chutich", "Lê Công Thành", "Ông", ("chair", ben_nang)),
        vice_chair=employ("phochutich", "Trần Thị Oanh", "Bà", ("vice_chair", ben_nang)),
        deed=deed,
    )
