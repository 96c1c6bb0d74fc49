"""Vouchers: money that moves without a donor, and goods out. One A5 page each, labels and values in rows.

Phiếu chi follows the usual form 02-TT; the others have the same fields. What nobody typed is a line to write on.
"""

from collections.abc import Sequence
from typing import ClassVar

from khuyenhoc.core.dong import Dong, words
from khuyenhoc.core.values import dataclass
from khuyenhoc.papers.content import Content, Goods, Paper, Signer, book_of, chair, plain

_AT_THE_BOX = ("Thủ quỹ", "Người nộp tiền", "Người nhận tiền")
_RECEIVERS = ("Người nhận tiền", "Người nhận hàng")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A label and what stands behind it; empty: a dotted line to write on."""

    label: str
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Voucher(Paper):
    """What every voucher has. ``label`` and ``amount`` are those of its document."""

    FORM_NUMBER: ClassVar[str] = ""
    SIGNERS: ClassVar[tuple[str, ...]] = ("Kế toán", "Thủ quỹ", "Người lập phiếu")
    """Who signs beside the chair."""
    RECEIVED: ClassVar[str] = ""
    """What the foot has confirmed: ``Đã nhận đủ số tiền``."""
    label: str
    amount: Dong
    rows: Sequence[Row]
    after: Sequence[Row] = ()
    """Rows under the amount: what is attached."""
    debit: str
    credit: str
    """Codes of the accounts on both sides, joined with ``, ``."""
    campaigns: str = ""
    hand_to_hand: bool = True
    """Whether cash changed hands; else nobody signs for it."""
    signed_list: str = ""
    """The list on which the receivers sign, instead of here: ``danh sách số 12``."""
    recorder: str
    treasurer: str = ""
    accountant: str = ""
    chair: str = ""
    chair_title: str = "Chủ tịch"

    def _more(self) -> Content:
        names = {"Kế toán": self.accountant, "Thủ quỹ": self.treasurer, "Người lập phiếu": self.recorder}
        signers = [chair(self.chair, self.chair_title)]
        titles = [title for title in self.SIGNERS if self.hand_to_hand or title not in _AT_THE_BOX]
        signers += [self._signer(title, names.get(title, "")) for title in titles]
        return {
            "title": f"{self.NAME} {self.label}",
            "name": self.NAME,
            "form_number": self.FORM_NUMBER,
            "book": book_of(self.label),
            "words": words(self.amount),
            "received": self.RECEIVED,
            "signers": plain(signers),
        }

    def _signer(self, title: str, name: str) -> Signer:
        if self.signed_list and title in _RECEIVERS:
            return Signer(title=title, name=name, hint=f"Ký ở {self.signed_list}")
        return Signer(title=title, name=name)


@dataclass(frozen=True, kw_only=True)
class PaymentVoucher(Voucher):
    """Phiếu chi: cash out."""

    TEMPLATE: ClassVar[str] = "payment_voucher"
    NAME: ClassVar[str] = "Phiếu chi"
    FORM_NUMBER: ClassVar[str] = "02-TT"
    SIGNERS: ClassVar[tuple[str, ...]] = ("Kế toán", "Thủ quỹ", "Người lập phiếu", "Người nhận tiền")
    RECEIVED: ClassVar[str] = "Đã nhận đủ số tiền"


@dataclass(frozen=True, kw_only=True)
class BankPaymentVoucher(Voucher):
    """Phiếu chi tiền gửi: money out of a bank account, the bank's own fees included."""

    TEMPLATE: ClassVar[str] = "bank_payment_voucher"
    NAME: ClassVar[str] = "Phiếu chi tiền gửi"
    SIGNERS: ClassVar[tuple[str, ...]] = ("Kế toán", "Người lập phiếu")


@dataclass(frozen=True, kw_only=True)
class IncomeVoucher(Voucher):
    """Phiếu thu khác: interest, a sale of waste paper; nobody's gift."""

    TEMPLATE: ClassVar[str] = "income_voucher"
    NAME: ClassVar[str] = "Phiếu thu khác"
    SIGNERS: ClassVar[tuple[str, ...]] = ("Kế toán", "Người nộp tiền", "Người lập phiếu", "Thủ quỹ")


@dataclass(frozen=True, kw_only=True)
class TransferVoucher(Voucher):
    """Phiếu chuyển tiền: cash to the bank and back, or from one campaign to another."""

    TEMPLATE: ClassVar[str] = "transfer_voucher"
    NAME: ClassVar[str] = "Phiếu chuyển tiền"


@dataclass(frozen=True, kw_only=True)
class OpeningVoucher(Voucher):
    """Phiếu ghi số dư đầu: what was there when the books began."""

    TEMPLATE: ClassVar[str] = "opening_voucher"
    NAME: ClassVar[str] = "Phiếu ghi số dư đầu"


@dataclass(frozen=True, kw_only=True)
class DifferenceVoucher(Voucher):
    """Phiếu ghi chênh lệch quỹ: what a cash count found too much or too little."""

    TEMPLATE: ClassVar[str] = "difference_voucher"
    NAME: ClassVar[str] = "Phiếu ghi chênh lệch quỹ"


@dataclass(frozen=True, kw_only=True)
class KeepingVoucher(Voucher):
    """Phiếu tiền giữ hộ: money of absent recipients, back in the box, out of it later, or the campaign's again."""

    TEMPLATE: ClassVar[str] = "keeping_voucher"
    NAME: ClassVar[str] = "Phiếu tiền giữ hộ"


@dataclass(frozen=True, kw_only=True)
class GoodsVoucher(Voucher):
    """Phiếu xuất kho: goods out, at the value of their lots."""

    TEMPLATE: ClassVar[str] = "goods_voucher"
    NAME: ClassVar[str] = "Phiếu xuất kho"
    FORM_NUMBER: ClassVar[str] = "02-VT"
    SIGNERS: ClassVar[tuple[str, ...]] = ("Kế toán", "Người giao hàng", "Người lập phiếu", "Người nhận hàng")
    goods: Sequence[Goods]
    giver: str = ""
    """Who handed the goods out, without honorific."""

    def _more(self) -> Content:
        content = super()._more()
        signers = [
            one | {"name": self.giver} if one["title"] == "Người giao hàng" else one for one in content["signers"]
        ]
        return content | {"signers": signers}


ALL: tuple[type[Voucher], ...] = (
    PaymentVoucher,
    BankPaymentVoucher,
    IncomeVoucher,
    TransferVoucher,
    OpeningVoucher,
    DifferenceVoucher,
    KeepingVoucher,
    GoodsVoucher,
)
"""Every kind of voucher of the treasury."""
