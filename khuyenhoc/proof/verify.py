"""``verify``: every promise of the books, recomputed from nothing. It reads everything and changes nothing."""

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from khuyenhoc.core.database import look_afresh
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.history import chains
from khuyenhoc.proof import anchors
from khuyenhoc.proof.checks import (
    approvals,
    chain_links,
    decisions,
    documents,
    evidence_files,
    guards,
    house,
    lots,
    meetings,
    payouts,
    sealed_rows,
    sums,
    trace,
    values,
)
from khuyenhoc.proof.reconcile import statements
from khuyenhoc.proof.rows import stream, whole
from khuyenhoc.proof.violations import Check, Violation

MOST = 200
"""A check that has found so many things stops looking for more."""


def reconciled() -> Iterator[Violation]:
    """The documents of every campaign add up to its ledger."""
    for statement in statements():
        for difference in statement.differences():
            text = _("Sổ cái và chứng từ lệch nhau.")
            yield Violation("campaigns", statement.code, difference.name, difference.documents, difference.ledger, text)


CHECKS = (
    Check("values", _l("Mỗi ô đúng loại dữ liệu của cột"), values.fitting),
    Check("guards", _l("Chốt canh giữ của cơ sở dữ liệu còn đủ"), guards.standing),
    Check("entry_chain", _l("Chuỗi bút toán liền mạch, đúng niêm phong"), chain_links.entries),
    Check("history_chain", _l("Chuỗi nhật ký liền mạch, đúng niêm phong"), chain_links.history),
    Check("sealed_rows", _l("Mọi dòng đúng như nhật ký đã ghi"), sealed_rows.unchanged),
    Check("entries_balance", _l("Bút toán cân trong từng chiến dịch"), sums.entries_balance),
    Check("mirrors", _l("Bút toán đảo đúng bằng bút toán gốc"), sums.mirrors),
    Check("balances", _l("Số dư giữ sẵn đúng bằng tổng định khoản, không dưới không"), sums.balances),
    Check("account_kinds", _l("Loại tài khoản đúng như quy định"), sums.kinds),
    Check("documents", _l("Mỗi chứng từ một bút toán, đúng từng dòng"), documents.entries),
    Check("document_numbers", _l("Số chứng từ liền nhau"), documents.numbers),
    Check("document_totals", _l("Tổng chứng từ giữ sẵn đúng"), sums.document_totals),
    Check("gift_days", _l("Tổng từng ngày giữ sẵn đúng"), sums.gift_days),
    Check("campaign_gifts", _l("Bảng tra khoản ủng hộ của chiến dịch đúng"), sums.campaign_gifts),
    Check("trace", _l("Mọi đồng có nguồn và nơi đến"), trace.traced),
    Check("lots", _l("Các lô hiện vật cộng lại đúng bằng kho"), lots.adding_up),
    Check("serials", _l("Mỗi số khung ở đúng một chỗ"), lots.one_state),
    Check("dates", _l("Không bút toán nào ở ngày chưa đến hay tháng đã khóa"), house.dates),
    Check("decisions", _l("Quyết định, danh sách kèm theo và chứng từ bằng nhau"), decisions.sums),
    Check("quorum", _l("Mỗi cuộc họp theo đúng quy định về số người dự của ngày ấy"), meetings.by_their_rule),
    Check("promises", _l("Suất đã quyết định còn đủ tiền, hiện vật đúng mục đích"), decisions.kept),
    Check("payouts", _l("Suất đã chi, đã trao dựa vào chứng từ còn hiệu lực"), payouts.standing),
    Check("papers", _l("Giấy đã phát hành không đổi"), house.papers),
    Check("approvals", _l("Mọi việc phải duyệt do người khác duyệt, tiền do người khác nữa chi"), approvals.given),
    Check("evidence_files", _l("Tệp minh chứng trên ổ đĩa còn nguyên"), evidence_files.unaltered),
    Check("reconciled", _l("Mọi chiến dịch khớp đến từng đồng"), reconciled),
)


@dataclass(frozen=True)
class Answer:
    """What one check found."""

    check: Check
    violations: tuple[Violation, ...]

    @property
    def ok(self) -> bool:
        return not self.violations


@dataclass(frozen=True)
class Report:
    """What all checks found, over how many entries, in how many seconds."""

    answers: tuple[Answer, ...]
    entries: int
    heads: dict[str, str]
    seconds: float

    @property
    def ok(self) -> bool:
        return all(answer.ok for answer in self.answers)

    @property
    def faults(self) -> int:
        """How many things do not hold."""
        return sum(len(answer.violations) for answer in self.answers)

    def plain(self) -> dict[str, Any]:
        """As ``khuyenhoc verify --json`` prints it (design section 8)."""
        return {
            "ok": self.ok,
            "entries": self.entries,
            "heads": self.heads,
            "checks": [
                {"name": a.check.name, "ok": a.ok, "violations": [v.plain() for v in a.violations]}
                for a in self.answers
            ],
        }


def verify(*, afresh: bool = True) -> Report:
    """Ask every question about one instant of the books. When all holds, the anchors outside are renewed.

    ``afresh`` ends the transaction that the caller reads in; else its view of the books is proven.
    """
    with anchors.remembered():
        if afresh:
            look_afresh()
        return _verify()


def answers() -> Iterator[Answer]:
    """What each check finds in the books as the present transaction sees them, one after the other."""
    return (Answer(check, tuple(_found(check))) for check in CHECKS)


def _found(check: Check) -> Iterator[Violation]:
    """What a check finds. A row so broken that the check cannot go on is a violation too, never a way out."""
    try:
        yield from islice(check.ask(), MOST)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as broken:
        text = _("Có dòng hỏng đến mức không tính tiếp được: %(error)s", error=repr(broken))
        yield Violation("", "", check.name, None, None, text)


def _verify() -> Report:
    began = time.perf_counter()
    found = tuple(answers())
    codes = {row["id"]: str(row["code"]) for row in stream("SELECT id, code FROM units")}
    heads = chains.heads("entries")
    written = {unit: head.hash for unit, head in heads.items() if whole(head.length)}
    every = dict.fromkeys(codes, chains.GENESIS) | written  # the chain of a unit without entries has a beginning, too
    named = {codes.get(unit, str(unit)): head for unit, head in every.items()}
    entries = sum(whole(head.length) for head in heads.values())
    report = Report(found, entries, dict(sorted(named.items())), time.perf_counter() - began)
    if report.ok:
        anchors.compact()
    return report
