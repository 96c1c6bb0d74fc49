"""Books and sheets: cash book, bank book, journal, reconciliation of a campaign, cash count."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from khuyenhoc.core.dong import Dong, words
from khuyenhoc.core.values import dataclass
from khuyenhoc.papers.content import Content, Paper, Signer, chair, on, plain

DENOMINATIONS = (500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500)
"""Notes in use, largest first, as they stand on a cash count."""


@dataclass(frozen=True, kw_only=True)
class CashLine:
    """One line of the cash book: money in or out under one document."""

    day: date
    receipt: str = ""
    payment: str = ""
    """The number stands in the column of receipts or in that of payments."""
    memo: str
    money_in: Dong = 0
    money_out: Dong = 0


@dataclass(frozen=True, kw_only=True)
class BankLine:
    """One line of the bank book; ``counter`` is the code of the account on the other side."""

    day: date
    document: str
    memo: str
    counter: str = ""
    money_in: Dong = 0
    money_out: Dong = 0


@dataclass(frozen=True, kw_only=True)
class Book(Paper):
    """A book of one account over a period; numbered when issued. The balance after each line is worked out here."""

    SERIES: ClassVar[str] = "SK"
    label: str = ""
    account: str
    """``Tiền mặt tại quỹ``; of a bank account also its number."""
    since: date
    until: date
    campaign: str = ""
    """Only the lines of one campaign; empty: the whole account."""
    opening: Dong
    treasurer: str = ""
    accountant: str = ""
    chair: str = ""
    chair_title: str = "Chủ tịch"

    def _counted(self, lines: Sequence[CashLine] | Sequence[BankLine]) -> Content:
        total_in, total_out = 0, 0
        sums: list[list[Dong]] = [[0, 0]]
        balances: list[Dong] = [self.opening]
        for line in lines:
            total_in, total_out = total_in + line.money_in, total_out + line.money_out
            sums.append([total_in, total_out])
            balances.append(self.opening + total_in - total_out)
        closing = balances[-1]
        return {
            "title": f"{self.NAME} {self.label}".strip(),
            "sums": sums,
            "balances": balances,
            "closing": closing,
            "words": words(closing),
            "since_words": on(self.since),
            "until_words": on(self.until),
        }


@dataclass(frozen=True, kw_only=True)
class CashBook(Book):
    """Sổ quỹ tiền mặt, signed by the treasurer."""

    TEMPLATE: ClassVar[str] = "cash_book"
    NAME: ClassVar[str] = "Sổ quỹ tiền mặt"
    rows: Sequence[CashLine]

    def _more(self) -> Content:
        signers = [
            Signer(title="Thủ quỹ", name=self.treasurer),
            Signer(title="Kế toán", name=self.accountant),
            chair(self.chair, self.chair_title),
        ]
        return self._counted(self.rows) | {"signers": plain(signers)}


@dataclass(frozen=True, kw_only=True)
class BankBook(Book):
    """Sổ tiền gửi ngân hàng, one bank account."""

    TEMPLATE: ClassVar[str] = "bank_book"
    NAME: ClassVar[str] = "Sổ tiền gửi ngân hàng"
    bank: str
    number: str
    rows: Sequence[BankLine]

    def _more(self) -> Content:
        signers = [Signer(title="Người ghi sổ", name=self.accountant), chair(self.chair, self.chair_title)]
        return self._counted(self.rows) | {"signers": plain(signers)}


@dataclass(frozen=True, kw_only=True)
class PostingLine:
    """One posting: code and name of the account, and the side it stands on."""

    account: str
    debit: Dong = 0
    credit: Dong = 0
    quantity: str = ""
    """``+20 chiếc`` on an account of goods."""


@dataclass(frozen=True, kw_only=True)
class EntryLine:
    """One entry with its postings; it is never broken over two pages, so that each page's sides are equal."""

    day: date
    entry: int
    document: str = ""
    memo: str = ""
    postings: Sequence[PostingLine]


@dataclass(frozen=True, kw_only=True)
class Journal(Paper):
    """Sổ nhật ký: every posting of a campaign in a period, in the order of the entries; numbered as the other books."""

    TEMPLATE: ClassVar[str] = "journal"
    NAME: ClassVar[str] = "Sổ nhật ký chung"
    SERIES: ClassVar[str] = "SK"
    label: str = ""
    campaign: str
    since: date
    until: date
    rows: Sequence[EntryLine]
    head: str = ""
    """The newest seal of the books: ``B41D 6E07 93AC F512``."""
    accountant: str = ""
    chair: str = ""
    chair_title: str = "Chủ tịch"

    def _more(self) -> Content:
        debit, credit = 0, 0
        sums: list[list[Dong]] = [[0, 0]]
        for row in self.rows:
            debit += sum(posting.debit for posting in row.postings)
            credit += sum(posting.credit for posting in row.postings)
            sums.append([debit, credit])
        signers = [Signer(title="Người ghi sổ", name=self.accountant), chair(self.chair, self.chair_title)]
        return {
            "title": f"{self.NAME} {self.label}".strip(),
            "sums": sums,
            "words": words(debit),
            "since_words": on(self.since),
            "until_words": on(self.until),
            "signers": plain(signers),
        }


@dataclass(frozen=True, kw_only=True)
class ProofLine:
    """One line of the reconciliation, the ledger beside the documents; ``sign`` says how it counts: ``+ − =``."""

    label: str
    sign: str = ""
    ledger: Dong
    documents: Dong | None
    """None where no document bears it."""
    result: bool = False


@dataclass(frozen=True, kw_only=True)
class ItemProof:
    """Pieces of one item."""

    item: str
    unit: str
    received: int
    bought: int
    handed_over: int
    written_off: int
    on_hand: int
    reserved: int
    free: int


@dataclass(frozen=True, kw_only=True)
class Reconciliation(Paper):
    """Bảng đối chiếu of a campaign. ``faults``: a sentence for each document at fault."""

    TEMPLATE: ClassVar[str] = "reconciliation"
    NAME: ClassVar[str] = "Bảng đối chiếu chiến dịch"
    SERIES: ClassVar[str] = "ĐC"
    label: str = ""
    code: str
    campaign: str
    reconciled: bool
    rows: Sequence[ProofLine]
    items: Sequence[ItemProof] = ()
    faults: Sequence[str] = ()
    head: str = ""
    treasurer: str = ""
    accountant: str = ""
    auditor: str = ""

    def _more(self) -> Content:
        signers = [
            Signer(title="Thủ quỹ", name=self.treasurer),
            Signer(title="Kế toán", name=self.accountant),
            Signer(title="Ban Kiểm tra", name=self.auditor),
        ]
        title = f"Bảng đối chiếu chiến dịch {self.code} {self.label}".strip()
        return {"title": title, "signers": plain(signers)}


@dataclass(frozen=True, kw_only=True)
class CashCount(Paper):
    """Bảng kiểm kê quỹ: notes counted beside the balance of the books."""

    TEMPLATE: ClassVar[str] = "cash_count"
    NAME: ClassVar[str] = "Bảng kiểm kê quỹ tiền mặt"
    label: str = ""
    """``KQ-2026-0003`` when it has been posted; a count without difference may have none."""
    account: str
    at: str = ""
    """``17 giờ 30``"""
    sheets: dict[int, int]
    """Denomination → number of notes; those left out are 0."""
    book: Dong
    reason: str = ""
    treasurer: str = ""
    accountant: str = ""
    auditor: str = ""
    chair: str = ""
    chair_title: str = "Chủ tịch"

    @property
    def counted(self) -> Dong:
        """What the notes come to."""
        return sum(note * sheets for note, sheets in self.sheets.items())

    def _more(self) -> Content:
        notes = sorted({*DENOMINATIONS, *self.sheets}, reverse=True)
        signers = [
            Signer(title="Thủ quỹ", name=self.treasurer),
            Signer(title="Kế toán", name=self.accountant),
            Signer(title="Ban Kiểm tra", name=self.auditor),
            chair(self.chair, self.chair_title),
        ]
        return {
            "title": f"{self.NAME} {self.label}".strip(),
            "rows": [{"note": note, "sheets": self.sheets.get(note, 0)} for note in notes],
            "sheet_count": sum(self.sheets.values()),
            "counted": self.counted,
            "difference": self.counted - self.book,
            "words": words(self.counted),
            "signers": plain(signers),
        }
