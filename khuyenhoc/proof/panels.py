"""What the proof shows on a campaign's page, and on the list of campaigns."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for

from khuyenhoc.funds import panels
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.funds.panels import Panel, Progress
from khuyenhoc.ledger import chain
from khuyenhoc.org.access import allowed
from khuyenhoc.proof import faults, runs, sheet, sheet_papers, verdicts

DOCUMENTS_OF = {
    "received_money": ("giving.gifts", {"chien_dich": "id"}),
    "received_goods": ("giving.gifts", {"chien_dich": "id", "hinh_thuc": "in_kind"}),
}
"""Line of the sheet → the list of its documents and what is asked of it (``id``: the campaign's)."""

OTHER_DOCUMENTS = ("treasury.list_documents", {"chien_dich": "id"})
"""Where every other line's documents are listed."""


def _context(campaign: Campaign) -> dict[str, Any]:
    found = sheet.of(verdicts.statement_of(campaign))
    goal = campaign.goal_money or 0
    return {
        "sheet": found,
        "side": found.statement.ledger,
        "goal": goal,
        "run": runs.latest(campaign.id),
        "head": chain.head(campaign.unit_id),
        "seal": chain.seal16(chain.head(campaign.unit_id).hash),
        "faults": [] if found.statement.reconciled else faults.of(campaign.id),
        "documents_url": _documents_url(campaign),
        "may_prove": allowed("proof.see", campaign.unit_id),
        "may_issue": allowed("books.issue", campaign.unit_id),
        "issued": sheet_papers.latest(campaign),
    }


def _documents_url(campaign: Campaign) -> Callable[[str], str]:
    def url(flow: str) -> str:
        endpoint, asked = DOCUMENTS_OF.get(flow, OTHER_DOCUMENTS)
        return url_for(endpoint, **{name: campaign.id if value == "id" else value for name, value in asked.items()})  # type: ignore[arg-type]

    return url


def _panel(template: str) -> Callable[[Campaign], Panel | None]:
    def provide(campaign: Campaign) -> Panel | None:
        if campaign.state == "draft" or not allowed("proof.see", campaign.unit_id):
            return None
        return Panel(template, _context(campaign))

    return provide


def progress(campaign_ids: Sequence[int]) -> Mapping[int, Progress]:
    """How far campaigns have come, and whether they reconcile."""
    found = {}
    for statement in verdicts.statements_of([campaign_by_id(campaign_id) for campaign_id in campaign_ids]):
        side = statement.ledger
        goods = {item: pieces["received"] + pieces["bought"] for item, pieces in side.items.items()}
        kept = side.flows["received"] - side.flows["refunded"]
        found[statement.campaign_id] = Progress(kept, side.available, goods, statement.reconciled)
    return found


panels.register("proof_actions", _panel("proof/_actions.html"), place="actions", order=20)
panels.register("proof_verdict", _panel("proof/_verdict.html"), place="top", order=10)
panels.register("proof_sheet", _panel("proof/_sheet.html"), place="main", order=10)
panels.register("proof_left", _panel("proof/_left.html"), place="aside", order=10)
panels.register("proof_goods", _panel("proof/_goods.html"), place="foot", order=10)
panels.register_progress(progress)
