"""``verify``: every promise of the books, recomputed from nothing. It reads everything and changes nothing."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history import chains
from khuyenhoc.org.units import all_units
from khuyenhoc.proof import anchors
from khuyenhoc.proof.checks import chain_links, documents, evidence_files, house, sealed_rows, sums, trace
from khuyenhoc.proof.reconcile import statements
from khuyenhoc.proof.violations import Check, Violation

MOST = 200
"""Violations named per check; more are counted in the last one's message."""


def reconciled() -> Iterator[Violation]:
    """The documents of every campaign add up to its ledger."""
    for statement in statements():
        for difference in statement.differences():
            text = _("Sổ cái và chứng từ lệch nhau.")
            yield Violation("campaigns", statement.code, difference.name, difference.documents, difference.ledger, text)


CHECKS = (
    Check("guards", str(_l("Chốt canh giữ của cơ sở dữ liệu còn đủ")), house.guards),
    Check("entry_chain", str(_l("Chuỗi bút toán liền mạch, đúng niêm phong")), chain_links.entries),
    Check("history_chain", str(_l("Chuỗi nhật ký liền mạch, đúng niêm phong")), chain_links.history),
    Check("sealed_rows", str(_l("Mọi dòng đúng như nhật ký đã ghi")), sealed_rows.unchanged),
    Check("entries_balance", str(_l("Bút toán cân trong từng chiến dịch")), sums.entries_balance),
    Check("mirrors", str(_l("Bút toán đảo đúng bằng bút toán gốc")), sums.mirrors),
    Check("balances", str(_l("Số dư giữ sẵn đúng bằng tổng định khoản, không dưới không")), sums.balances),
    Check("account_kinds", str(_l("Loại tài khoản đúng như quy định")), sums.kinds),
    Check("documents", str(_l("Mỗi chứng từ một bút toán, đúng từng dòng")), documents.entries),
    Check("document_numbers", str(_l("Số chứng từ liền nhau")), documents.numbers),
    Check("document_totals", str(_l("Tổng chứng từ giữ sẵn đúng")), sums.document_totals),
    Check("gift_days", str(_l("Tổng từng ngày giữ sẵn đúng")), sums.gift_days),
    Check("campaign_gifts", str(_l("Bảng tra khoản ủng hộ của chiến dịch đúng")), sums.campaign_gifts),
    Check("trace", str(_l("Mọi đồng có nguồn và nơi đến")), trace.traced),
    Check("dates", str(_l("Không bút toán nào ở ngày chưa đến hay tháng đã khóa")), house.dates),
    Check("papers", str(_l("Giấy đã phát hành không đổi")), house.papers),
    Check("approvals", str(_l("Không ai tự duyệt việc mình xin")), house.approvals),
    Check("evidence_files", str(_l("Tệp minh chứng trên ổ đĩa còn nguyên")), evidence_files.unaltered),
    Check("reconciled", str(_l("Mọi chiến dịch khớp đến từng đồng")), reconciled),
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


def verify() -> Report:
    """Ask every question. When all holds, the anchors outside the books are renewed."""
    began = time.perf_counter()
    answers = tuple(Answer(check, tuple(islice(check.ask(), MOST))) for check in CHECKS)
    codes = {unit.id: unit.code for unit in all_units()}
    heads = chains.heads("entries")
    named = {codes.get(unit, str(unit)): head.hash for unit, head in sorted(heads.items()) if head.length}
    entries = sum(head.length for head in heads.values())
    report = Report(answers, entries, named, time.perf_counter() - began)
    if report.ok:
        anchors.compact()
    return report
