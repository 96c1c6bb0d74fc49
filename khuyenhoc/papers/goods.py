"""Papers of goods: received from a seller, handed over to recipients, written off. Laid out as Nghị định 30 has it."""

from collections.abc import Sequence
from typing import ClassVar

from khuyenhoc.core.dong import Dong, words
from khuyenhoc.core.values import dataclass
from khuyenhoc.papers.content import Content, Paper, Party, Signer, chair, plain


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """One kind of goods from a seller: what was ordered, what was counted, at what price."""

    item: str
    unit: str
    ordered: int
    quantity: int
    unit_value: Dong
    amount: Dong


@dataclass(frozen=True, kw_only=True)
class PurchaseReceipt(Paper):
    """Biên bản giao nhận hàng mua: what a seller brought, counted. ``number`` is that of the request to buy."""

    TEMPLATE: ClassVar[str] = "purchase_receipt"
    NAME: ClassVar[str] = "Biên bản giao nhận hàng mua"
    number: str
    seller: Party
    buyer: Party
    campaign: str
    decision: str = ""
    """What it is bought for: ``Quyết định số 01/QĐ-HKH ngày 05 tháng 02 năm 2026``."""
    rows: Sequence[Delivered]
    amount: Dong
    asked_by: str
    approved_by: str = ""
    received_by: str
    copies: int = 2

    def _more(self) -> Content:
        signers = [
            Signer(title="Bên giao"),
            Signer(title="Người nhận hàng", name=self.received_by),
            Signer(title="Người đề nghị mua", name=self.asked_by),
        ]
        return {
            "title": f"{self.NAME}, đề nghị mua số {self.number}",
            "words": words(self.amount),
            "signers": plain(signers),
            "copies_words": f"{self.copies:02d}",
        }


@dataclass(frozen=True, kw_only=True)
class HandedOver:
    """What one award received: by its application code, with the frame numbers of its pieces."""

    code: str
    item: str
    unit: str
    quantity: int
    numbers: str = ""
    amount: Dong
    received_by: str = ""
    """Who took it, where it was not the recipient in person: ``Nguyễn Thị Mẹ (mẹ)``."""


@dataclass(frozen=True, kw_only=True)
class GoodsHandover(Paper):
    """Biên bản bàn giao hiện vật: goods out, by application code, to be signed beside each. It names no child."""

    TEMPLATE: ClassVar[str] = "goods_handover"
    NAME: ClassVar[str] = "Biên bản bàn giao hiện vật"
    label: str
    decision: str
    programme: str
    giver: Party
    witnesses: Sequence[str] = ()
    at: str = ""
    """Where it was handed over; empty: where the unit signs."""
    rows: Sequence[HandedOver]
    amount: Dong
    handed_over_by: str
    instead_of: str = ""
    """The number of the voided document that this one was recorded anew for."""
    recorder: str = ""
    copies: int = 2
    chair: str = ""
    chair_title: str = "Chủ tịch"

    def _more(self) -> Content:
        total = sum(row.amount for row in self.rows)
        if total != self.amount:
            raise ValueError(f"the rows add up to {total}, the document to {self.amount}")
        signers = [
            Signer(title="Bên giao", name=self.handed_over_by),
            Signer(title="Bên nhận", hint="Đại diện, ký, họ tên"),
            Signer(title="Người chứng kiến"),
            chair(self.chair, self.chair_title),
        ]
        return {
            "title": f"{self.NAME} {self.label}",
            "words": words(self.amount),
            "signers": plain(signers),
            "copies_words": f"{self.copies:02d}",
        }


@dataclass(frozen=True, kw_only=True)
class Lost:
    """Pieces of one lot that are written off."""

    lot: str
    came_on: str
    quantity: int
    amount: Dong


@dataclass(frozen=True, kw_only=True)
class WriteOffMinutes(Paper):
    """Biên bản xóa sổ hiện vật: what was spoilt or lost, why, of which lots, and what remains."""

    TEMPLATE: ClassVar[str] = "write_off_minutes"
    NAME: ClassVar[str] = "Biên bản xóa sổ hiện vật"
    label: str
    campaign: str
    item: str
    unit: str
    quantity: int
    cause: str
    reason: str
    numbers: Sequence[str] = ()
    """Frame numbers of the pieces, where they have any."""
    rows: Sequence[Lost]
    amount: Dong
    asked_by: str
    approved_by: str
    chair: str = ""
    chair_title: str = "Chủ tịch"

    def _more(self) -> Content:
        total = sum(row.amount for row in self.rows)
        if total != self.amount:
            raise ValueError(f"the lots add up to {total}, the document to {self.amount}")
        signers = [
            Signer(title="Người đề nghị", name=self.asked_by),
            Signer(title="Người giữ kho"),
            Signer(title="Ban Kiểm tra"),
            chair(self.chair, self.chair_title),
        ]
        return {
            "title": f"{self.NAME} {self.label}",
            "words": words(self.amount) if self.amount else "",
            "signers": plain(signers),
        }


OF_DOCUMENTS: tuple[type[Paper], ...] = (GoodsHandover, WriteOffMinutes)
ALL: tuple[type[Paper], ...] = (PurchaseReceipt, *OF_DOCUMENTS)
