"""What each paper says, as the callers hand it over. Papers are Vietnamese in every language of the screen.

``content()`` of each gives the plain form that is frozen and printed: whole đồng as integers,
days written out, amounts in words made here and never typed. Lists are in ``books``.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, ClassVar, Self

from khuyenhoc.core.dong import Dong, words
from khuyenhoc.core.values import dataclass

Content = dict[str, Any]
BOOK_OF = 100
"""So many receipts make one book (quyển số)."""


def on(day: date) -> str:
    """``ngày 05 tháng 02 năm 2026``: a zero before days under 10 and months 1 and 2."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def figures_of(day: date) -> str:
    """``05/02/2026``, as in the columns of a book."""
    return f"{day:%d/%m/%Y}"


@dataclass(frozen=True, kw_only=True)
class Heading:
    """Who issues the paper: names and address as they were on its day."""

    unit: str
    """``Hội Khuyến học phường Bến Nắng``"""
    address: str = ""
    place: str = ""
    """Where it is signed: ``Bến Nắng``"""
    parent: str = ""
    """The body above, for the first line of an official head."""


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A place to sign. Without a name it stays a dotted line."""

    title: str
    name: str = ""
    hint: str = "Ký, họ tên"


def chair(name: str = "", title: str = "Chủ tịch") -> Signer:
    """The chair signs and puts the seal beside."""
    return Signer(title=title, name=name, hint="Ký, họ tên, đóng dấu")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What every paper has: its head and its day. ``TEMPLATE``, ``NAME`` and ``SERIES`` belong to the kind."""

    TEMPLATE: ClassVar[str]
    NAME: ClassVar[str]
    SERIES: ClassVar[str] = ""
    """Where papers of the kind take a number of their own when they are issued; each then has a ``label``."""
    heading: Heading
    day: date

    def content(self) -> Content:
        """The plain form: what is frozen at issue and what the template prints."""
        values = {f.name: plain(getattr(self, f.name)) for f in dataclasses.fields(self)}
        return values | {"title": self.NAME, "day": self.day.isoformat(), "on": on(self.day)} | self._more()

    def numbered(self, label: str) -> Self:
        """The same paper under the number that it took; only kinds with a series have one."""
        values: dict[str, Any] = {"label": label}
        return dataclasses.replace(self, **values) if self.SERIES else self

    def _more(self) -> Content:
        return {}


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """The fields of a kind of row; none for what is no dataclass."""
    return tuple(f.name for f in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()


SIMPLE = frozenset({str, int, type(None)})
"""Kinds of values that JSON holds as they are."""


def plain(value: Any) -> Any:
    """A value as JSON holds it; days as in the columns of a book."""
    if value is None or isinstance(value, str | int):
        return value
    if names := _fields(value.__class__):
        return {name: part if (part := getattr(value, name)).__class__ in SIMPLE else plain(part) for name in names}
    if isinstance(value, date):
        return figures_of(value)
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, Sequence):
        return [plain(part) for part in value]
    return value


def book_of(label: str) -> str:
    """Quyển số: ``PT-2026/02`` for ``PT-2026-0127``."""
    series, year, number = label.rsplit("-", 2)
    return f"{series}-{year}/{(int(number) - 1) // BOOK_OF + 1:02d}"


@dataclass(frozen=True, kw_only=True)
class Receipt(Paper):
    """Phiếu thu: cash in. ``label`` and with it the book come from the document: ``PT-2026-0127``."""

    TEMPLATE: ClassVar[str] = "receipt"
    NAME: ClassVar[str] = "Phiếu thu"
    label: str
    payer: str
    """With the honorific, as donors are addressed: ``Bà Đặng Thị Tưởng Tượng``"""
    payer_signs: str
    """The name under the payer's signature, without honorific; empty: a line to sign on."""
    address: str = ""
    reason: str
    """``Ủng hộ chiến dịch Xe đạp đến trường năm 2026``; with several campaigns each with its amount."""
    campaigns: str = ""
    """Names of the campaigns, joined with ``; ``."""
    amount: Dong
    attachments: str = "Không có chứng từ gốc"
    debit: str = ""
    credit: str = ""
    """Codes of the accounts: ``111`` and ``511``."""
    form_number: str = ""
    recorder: str
    """Who recorded it, without honorific: the maker of the paper."""
    treasurer: str = ""
    accountant: str = ""
    chair: str = ""
    chair_title: str = "Chủ tịch"

    def _more(self) -> Content:
        signers = [
            chair(self.chair, self.chair_title),
            Signer(title="Kế toán", name=self.accountant),
            Signer(title="Người nộp tiền", name=self.payer_signs),
            Signer(title="Người lập phiếu", name=self.recorder),
            Signer(title="Thủ quỹ", name=self.treasurer),
        ]
        return {
            "title": f"Phiếu thu {self.label}",
            "book": book_of(self.label),
            "words": words(self.amount),
            "signers": plain(signers),
        }


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one campaign received of a gift."""

    campaign: str
    amount: Dong


@dataclass(frozen=True, kw_only=True)
class Confirmation(Paper):
    """Giấy xác nhận ủng hộ: money by bank, with the tax code that companies need."""

    TEMPLATE: ClassVar[str] = "confirmation"
    NAME: ClassVar[str] = "Giấy xác nhận ủng hộ"
    label: str
    donor: str
    donor_address: str = ""
    tax_code: str = ""
    represented_by: str = ""
    """``Bà … – Giám đốc``, for an organisation."""
    amount: Dong
    received_on: date
    method: str = "Chuyển khoản ngân hàng"
    """With the account: ``Chuyển khoản vào tài khoản 99900044455566, Ngân hàng …``"""
    memo: str = ""
    """The transfer's own text, as the bank wrote it."""
    shares: Sequence[Share]
    restriction: str = ""
    """What the donor asked the money to be used for, when more narrow than the campaign."""
    accountant: str = ""
    chair: str = ""
    chair_title: str = "Chủ tịch"

    def _more(self) -> Content:
        return {
            "title": f"Giấy xác nhận ủng hộ {self.label}",
            "words": words(self.amount),
            "received_words": on(self.received_on),
            "signers": plain([Signer(title="Kế toán", name=self.accountant), chair(self.chair, self.chair_title)]),
        }


@dataclass(frozen=True, kw_only=True)
class Party:
    """One side of a minute: the body or person, who speaks for it, and where."""

    name: str
    people: Sequence[str] = ()
    """``Bà Đoàn Ngọc Hạ – Thủ quỹ``"""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Goods:
    """One line of goods. ``unit_value`` 0 where the lots differ: then only the amount is printed."""

    item: str
    unit: str
    quantity: int
    unit_value: Dong
    amount: Dong
    note: str = ""
    """Condition, brand, frame numbers."""


@dataclass(frozen=True, kw_only=True)
class GoodsReceipt(Paper):
    """Biên bản tiếp nhận hiện vật: goods in, at their stated value."""

    TEMPLATE: ClassVar[str] = "goods_receipt"
    NAME: ClassVar[str] = "Biên bản tiếp nhận hiện vật"
    label: str
    giver: Party
    receiver: Party
    witness: Party | None = None
    at: str = ""
    """Where the goods changed hands; empty: at the unit's address."""
    campaigns: str
    restriction: str = ""
    rows: Sequence[Goods]
    amount: Dong
    copies: int = 2
    giver_signs: str = ""
    receiver_signs: str = ""
    recorder: str = ""
    chair: str = ""
    chair_title: str = "Chủ tịch"

    def _more(self) -> Content:
        signers = [Signer(title="Bên giao", name=self.giver_signs), Signer(title="Bên nhận", name=self.receiver_signs)]
        if self.witness:
            signers.append(Signer(title="Bên chứng kiến"))
        signers += [Signer(title="Người lập", name=self.recorder), chair(self.chair, self.chair_title)]
        return {
            "title": f"Biên bản tiếp nhận hiện vật {self.label}",
            "words": words(self.amount),
            "signers": plain(signers),
            "copies_words": f"{self.copies:02d}",
        }


@dataclass(frozen=True, kw_only=True)
class ThankYou(Paper):
    """Thư cảm ơn. It names no pupil; without ``amount`` it tells no sum."""

    TEMPLATE: ClassVar[str] = "thank_you"
    NAME: ClassVar[str] = "Thư cảm ơn"
    label: str
    """Of the gift's document."""
    salutation: str
    """After “Kính gửi: ”: ``Bà Đặng Thị Tưởng Tượng``, ``Quý Công ty TNHH Mây Hồng``"""
    called: str
    """How the letter speaks on: ``Bà Tượng``, ``Quý Công ty``, ``Tập thể``"""
    gift: str
    """What was given, in words that follow “đã ủng hộ”: ``4.750.000 ₫``, ``8 chiếc xe đạp``; empty: “món quà quý”."""
    received_on: date
    campaigns: str
    """``chiến dịch Xe đạp đến trường năm 2026``"""
    use: Sequence[str] = ()
    """What became of it, a sentence each."""
    chair: str
    chair_title: str = "Chủ tịch"

    def _more(self) -> Content:
        return {
            "title": f"Thư cảm ơn {self.label}",
            "received_words": on(self.received_on),
            "signer": plain(chair(self.chair, self.chair_title)),
        }


@dataclass(frozen=True, kw_only=True)
class GoldHeart(Paper):
    """Giấy chứng nhận Tấm lòng vàng. Its number (series TLV) is taken when it is issued."""

    TEMPLATE: ClassVar[str] = "gold_heart"
    NAME: ClassVar[str] = "Giấy chứng nhận Tấm lòng vàng"
    SERIES: ClassVar[str] = "TLV"
    label: str = ""
    donor: str
    """The name exactly as the donor wrote it, with the honorific where there is one."""
    gift: str = ""
    """What follows “đã ủng hộ”: ``8 chiếc xe đạp``; empty: the amount in words, or “món quà quý” without a sum."""
    amount: Dong = 0
    """0: no sum is printed (goods, or the donor hides it)."""
    deed: str
    """For what, and what became of it: ``cho chiến dịch … năm 2026. Món quà đã thành …``"""
    decision: str = ""
    chair: str
    chair_title: str = "Chủ tịch"

    def _more(self) -> Content:
        said = words(self.amount) if self.amount else "món quà quý"
        return {
            "title": f"{self.NAME} {self.label}".strip(),
            "gift": self.gift or said[0].lower() + said[1:],
            "signer": plain(chair(self.chair, self.chair_title)),
        }
