"""Accounts: where money and goods stand, and what they were for. Accounts are data, seeded small."""

from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core import fixed
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.history.events import record
from khuyenhoc.history.seal import sealed

SPENDING = ("scholarship", "bicycle", "gift", "member_care", "reward", "running_costs", "bank_fees", "write_off")
"""Every kind that money or goods can be spent on, in the order of the reconciliation."""


@dataclass(frozen=True)
class Kind:
    """What an account of this kind may do.

    ``guard`` +1: its balance in a campaign is never below zero; −1: never above; 0: free.
    ``available`` and ``free`` say with what sign a posting counts in a campaign's available money
    and in an item's free pieces.
    """

    kind: str
    code: str
    name: str
    guard: int = 0
    available: int = 0
    free: int = 0


KINDS = (
    Kind("cash", "111", "Tiền mặt tại quỹ", 1, 1),
    Kind("bank", "112", "Tiền gửi ngân hàng", 1, 1),
    Kind("stock", "152", "Hiện vật trong kho", 1, 0, 1),
    Kind("held", "338", "Tiền giữ hộ người vắng mặt", -1, 1),
    Kind("gifts_money", "511", "Ủng hộ bằng tiền"),
    Kind("gifts_kind", "512", "Ủng hộ bằng hiện vật"),
    Kind("refunds", "521", "Hoàn trả nhà hảo tâm"),
    Kind("other_income", "515", "Thu khác, lãi tiền gửi"),
    Kind("scholarship", "611", "Chi học bổng"),
    Kind("bicycle", "612", "Trao xe đạp"),
    Kind("gift", "613", "Trao phần quà"),
    Kind("member_care", "614", "Chăm lo hội viên"),
    Kind("reward", "615", "Chi khen thưởng"),
    Kind("running_costs", "642", "Chi phí hoạt động"),
    Kind("bank_fees", "635", "Phí ngân hàng"),
    Kind("write_off", "632", "Hao hụt hiện vật"),
    Kind("transfers_in", "361", "Nhận từ chiến dịch khác"),
    Kind("transfers_out", "362", "Chuyển sang chiến dịch khác"),
    Kind("opening", "411", "Số dư đầu kỳ"),
    Kind("commitments", "008", "Đã quyết định, chưa chi", 1, -1),
    Kind("commitments_contra", "009", "Đối ứng tiền đã quyết định"),
    Kind("reservations", "010", "Hiện vật đã dành", 1, 0, -1),
    Kind("reservations_contra", "011", "Đối ứng hiện vật đã dành"),
    Kind("available", "DUNG", "Tiền dùng được ngay", 1),
    Kind("free", "TRAO", "Hiện vật còn trao được", 1),
)
MEASURES = frozenset({"available", "free"})
"""Kinds that nothing is posted to: the database keeps them as sums over others, guarded like the rest."""

KIND = {kind.kind: kind for kind in KINDS}


class AccountKind(Base):
    """The kinds as the database's own triggers read them."""

    __tablename__ = "account_kinds"
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    guard: Mapped[int] = mapped_column(Integer)
    available: Mapped[int] = mapped_column(Integer)
    free: Mapped[int] = mapped_column(Integer)


@sealed
class Account(Base):
    """One account of one unit's books: each cash box and each bank account is one of its own."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("unit_id", "code"),
        CheckConstraint("kind = 'bank' OR number IS NULL", name="number_of_bank_only"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger, index=True)
    code: Mapped[str] = mapped_column(String(24))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(ForeignKey("account_kinds.kind"))
    bank: Mapped[str | None] = mapped_column(String(60))
    bin: Mapped[str | None] = mapped_column(String(6))
    number: Mapped[str | None] = mapped_column(String(19))
    holder: Mapped[str | None] = mapped_column(String(120))

    @property
    def label(self) -> str:
        """The name, with the tail of a bank account's number."""
        return f"{self.name} …{self.number[-4:]}" if self.number else self.name


def seed_kinds() -> None:
    """Put the kinds where the triggers read them (once, when the house is founded)."""
    known = set(db.session.scalars(select(AccountKind.kind)))
    for kind in KINDS:
        if kind.kind not in known:
            db.session.add(AccountKind(kind=kind.kind, guard=kind.guard, available=kind.available, free=kind.free))
    db.session.flush()


def open_books(unit_id: int, *, by: Person) -> None:
    """Give a unit its accounts, all but cash boxes and bank accounts, which have names of their own."""
    seed_kinds()
    have = set(db.session.scalars(select(Account.kind).where(Account.unit_id == unit_id)))
    for kind in KINDS:
        if kind.kind not in {"cash", "bank"} and kind.kind not in have:
            _add(Account(unit_id=unit_id, code=kind.code, name=kind.name, kind=kind.kind), by=by)


def add_cash_box(unit_id: int, code: str, name: str, *, by: Person) -> Account:
    """A cash box of the unit."""
    return _add(Account(unit_id=unit_id, code=code, name=name, kind="cash"), by=by)


def add_bank_account(
    unit_id: int, code: str, name: str, *, bank: str, bin: str | None, number: str, holder: str, by: Person
) -> Account:
    """A bank account of the unit; ``bin`` is the bank's six digits (NAPAS), for QR codes."""
    account = Account(
        unit_id=unit_id, code=code, name=name, kind="bank", bank=bank, bin=bin, number=number, holder=holder
    )
    return _add(account, by=by)


def _add(account: Account, *, by: Person) -> Account:
    taken = select(Account.id).where(Account.unit_id == account.unit_id, Account.code == account.code)
    if db.session.scalar(taken):
        raise RuleBroken(_("Mã tài khoản %(code)s đã có.", code=account.code), field="code")
    db.session.add(account)
    record("account.opened", account, by=by, unit_id=account.unit_id)
    return account


@dataclass(frozen=True)
class Chart:
    """A unit's accounts as posting needs them: account id → kind."""

    kinds: dict[int, str]

    def id_of(self, kind: str) -> int:
        """The account of a kind that a unit has once."""
        found = next((id for id, known in self.kinds.items() if known == kind), None)
        if found is None:
            raise NotFound(_("Đơn vị này chưa mở sổ."))
        return found


CHART = "SELECT id, kind FROM accounts WHERE unit_id = {} ORDER BY id"


def chart_of(unit_id: int) -> Chart:
    """All accounts of a unit, in one short reading."""
    return Chart(dict(fixed.rows(CHART, unit_id)))


def of_kind(unit_id: int, kind: str) -> Account:
    """The unit's account of a kind that it has once."""
    account = db.session.scalar(select(Account).where(Account.unit_id == unit_id, Account.kind == kind).limit(1))
    if account is None:
        raise NotFound(_("Đơn vị này chưa mở sổ."))
    return account


def cash_and_banks(unit_id: int, kind: str | None = None) -> Sequence[Account]:
    """The unit's cash boxes and bank accounts, in the order of their codes."""
    return cash_and_banks_of([unit_id], kind)


def cash_and_banks_of(unit_ids: Iterable[int], kind: str | None = None) -> Sequence[Account]:
    """Those of several units, one unit after the other in the order of their ids."""
    kinds = (kind,) if kind else ("cash", "bank")
    query = select(Account).where(Account.unit_id.in_(sorted(unit_ids)), Account.kind.in_(kinds))
    return db.session.scalars(query.order_by(Account.unit_id, Account.kind.desc(), Account.code)).all()


def get_account(account_id: int) -> Account:
    """The account of this id."""
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound(_("Không có tài khoản này."))
    return account
