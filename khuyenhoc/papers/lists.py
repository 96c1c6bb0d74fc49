"""Danh sách ký nhận and the list for the bank: whom a list pays, to be signed beside or to be transferred by.

What a list is stands in its mark, printed on every page: another name, another amount or account is another list.
"""

from collections.abc import Sequence
from typing import ClassVar

from khuyenhoc.core.dong import Dong, words
from khuyenhoc.core.values import dataclass
from khuyenhoc.papers.content import Content, Paper, Signer, chair, plain
from khuyenhoc.papers.decisions import whole


@dataclass(frozen=True, kw_only=True)
class ReceiverLine:
    """One person of a list to sign: ``guardian`` with the relation, ``what`` the level or the goods."""

    code: str
    name: str
    place: str
    guardian: str = ""
    what: str
    amount: Dong


@dataclass(frozen=True, kw_only=True)
class TransferLine:
    """One transfer. It names the holder of the account and no pupil; ``memo`` is plain ASCII for the bank."""

    code: str
    holder: str
    number: str
    bank: str
    memo: str
    amount: Dong


@dataclass(frozen=True, kw_only=True)
class PayoutList(Paper):
    """What both lists have. ``label`` is the list's own number, as the page calls it; ``list_mark`` its fingerprint."""

    label: str
    list_mark: str
    programme: str
    school_year: str
    decision: str
    """``Quyết định số 01/QĐ-HKH ngày 05 tháng 02 năm 2026``"""
    amount: Dong
    prepared_by: str
    approved_by: str
    approver_title: str = "Chủ tịch"

    def _of(self, rows: Sequence[ReceiverLine] | Sequence[TransferLine]) -> Content:
        sums: list[list[Dong]] = [[0]]
        for row in rows:
            sums.append([sums[-1][0] + row.amount])
        if sums[-1][0] != self.amount:
            raise ValueError(f"the rows add up to {sums[-1][0]}, the list to {self.amount}")
        return {
            "title": f"{self.NAME} số {self.label}",
            "name": self.NAME,
            "of": f"“{self.programme}”, năm học {whole(self.school_year)}",
            "sums": sums,
            "count": len(rows),
            "words": words(self.amount),
        }


@dataclass(frozen=True, kw_only=True)
class SignedList(PayoutList):
    """Danh sách ký nhận: each signs beside the own name, in the sight of a witness."""

    TEMPLATE: ClassVar[str] = "signed_list"
    NAME: ClassVar[str] = "Danh sách ký nhận"
    is_goods: bool
    place: str = ""
    rows: Sequence[ReceiverLine]

    def _more(self) -> Content:
        signers = [
            Signer(title="Người lập", name=self.prepared_by),
            Signer(title="Người trao" if self.is_goods else "Thủ quỹ"),
            Signer(title="Người chứng kiến"),
            chair(self.approved_by, self.approver_title),
        ]
        return self._of(self.rows) | {"signers": plain(signers)}


@dataclass(frozen=True, kw_only=True)
class BankList(PayoutList):
    """Danh sách chuyển khoản: what the bank is asked to transfer, from which account."""

    TEMPLATE: ClassVar[str] = "bank_list"
    NAME: ClassVar[str] = "Danh sách chuyển khoản"
    account: str
    """The account that pays, with its number and bank."""
    rows: Sequence[TransferLine]

    def _more(self) -> Content:
        signers = [Signer(title="Kế toán", name=self.prepared_by), chair(self.approved_by, self.approver_title)]
        return self._of(self.rows) | {"signers": plain(signers)}


ALL: tuple[type[PayoutList], ...] = (SignedList, BankList)
