"""Papers of nominations: the application of one person, and the list that a unit's head signs."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from khuyenhoc.core.dong import Dong, words
from khuyenhoc.core.values import dataclass
from khuyenhoc.papers.content import Content, Paper, Signer, plain


@dataclass(frozen=True, kw_only=True)
class Check:
    """One condition or paper, and whether it is there."""

    label: str
    met: bool
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class ResultLine:
    """Results of one school year as the report says them."""

    year: str
    study: str
    conduct: str
    average: str
    prizes: str


@dataclass(frozen=True, kw_only=True)
class Application(Paper):
    """Phiếu đề nghị xét cấp. The identity number stands masked; empty lines are left out."""

    TEMPLATE: ClassVar[str] = "application"
    NAME: ClassVar[str] = "Phiếu đề nghị xét cấp"
    code: str
    programme: str
    school_year: str
    nominating_unit: str
    name: str
    born: str
    gender: str = ""
    identity: str = ""
    school: str = ""
    class_name: str = ""
    address: str = ""
    phone: str = ""
    guardians: Sequence[str] = ()
    circumstances: Sequence[str] = ()
    results: Sequence[ResultLine] = ()
    others: str = ""
    level: str
    amount: Dong
    goods: str = ""
    reason: str
    checks: Sequence[Check] = ()
    consents: Sequence[str] = ()
    nominator: str = ""
    verified: str = ""

    def _more(self) -> Content:
        signers = [
            Signer(title="Đại diện gia đình"),
            Signer(title="Người giới thiệu", name=self.nominator),
            Signer(title="Trưởng đơn vị", hint="Ký, họ tên, đóng dấu"),
        ]
        title = f"{self.NAME} {self.code}"
        return {"title": title, "words": words(self.amount), "signers": plain(signers)}


@dataclass(frozen=True, kw_only=True)
class Nominee:
    """One line of the list, in the order of need."""

    code: str
    name: str
    born: str
    school: str
    level: str
    amount: Dong
    reason: str


@dataclass(frozen=True, kw_only=True)
class UnitList(Paper):
    """Danh sách đề nghị of one unit, in its rank order, signed by its head. ``quota`` 0: none was set."""

    TEMPLATE: ClassVar[str] = "unit_list"
    NAME: ClassVar[str] = "Danh sách đề nghị"
    programme: str
    code: str
    school_year: str
    deadline: date
    quota: int = 0
    rows: Sequence[Nominee]
    confirmed_by: str = ""

    def _more(self) -> Content:
        total = sum(row.amount for row in self.rows)
        signers = [Signer(title="Người lập"), Signer(title="Trưởng đơn vị", hint="Ký, họ tên, đóng dấu")]
        return {"total": total, "words": words(total), "signers": plain(signers)}
