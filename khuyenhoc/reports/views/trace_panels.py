"""The trace beside a gift and beside its uses, for those of the office who may see it."""

from flask import url_for

from khuyenhoc.giving import gift_panels
from khuyenhoc.giving.gift_panels import GiftPanel
from khuyenhoc.giving.gift_rows import GiftRow
from khuyenhoc.ledger import beside, document_names
from khuyenhoc.ledger.beside import Beside, Used
from khuyenhoc.org.access import allowed
from khuyenhoc.reports import telling, trace_sheets
from khuyenhoc.reports.trace_sheets import Paper


def _of_gift(gift: GiftRow) -> GiftPanel | None:
    unit_id = gift.document.unit_id
    if gift.document.is_void or not allowed("trace.see", unit_id):
        return None
    sheet = trace_sheets.of_gift(gift.document)
    linked = allowed("treasury.see", unit_id)
    context = {"sheet": sheet, "words": telling, "name_of": document_names.name_of, "linked": linked}
    return GiftPanel("reports/_gift_trace.html", context)


def _of_use(used: Used) -> Beside | None:
    if not allowed("trace.see", used.unit_id):
        return None
    sheet = trace_sheets.of_use(used)
    if sheet is None:
        return None
    treasury = allowed("treasury.see", used.unit_id)
    gifts = allowed("gift.see", used.unit_id)

    def address(paper: Paper) -> str:
        if paper.kind == "gift":
            return url_for("giving.gift", document_id=paper.id) if gifts else ""
        return url_for("treasury.document", document_id=paper.id) if treasury else ""

    return Beside("reports/_sources.html", {"sheet": sheet, "name_of": document_names.name_of, "address": address})


gift_panels.register("trace", _of_gift, place="main", order=5)
beside.register("sources", _of_use)
