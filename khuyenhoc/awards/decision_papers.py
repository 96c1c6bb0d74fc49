"""The papers of a decision: the Quyết định with its annex, frozen when it is signed; its number is the document's."""

import datetime
from typing import Any

from khuyenhoc.awards import annexes, decisions
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.org import grants
from khuyenhoc.org.users import User
from khuyenhoc.papers import decisions as papers
from khuyenhoc.papers import heads, issued
from khuyenhoc.papers.content import on
from khuyenhoc.papers.issued import IssuedPaper

KIND = "award_decision"

THINGS = {
    "scholarship": "suất học bổng",
    "bicycle": "suất xe đạp",
    "gift": "suất quà",
    "member_care": "suất chăm lo",
    "reward": "suất khen thưởng",
}
"""What one award of a programme's kind is called on papers, which are Vietnamese in every language of the screen."""


def issue(decision: Decision, *, signer: User) -> IssuedPaper:
    """Freeze the signed decision, once, with the names of its day."""
    paper = paper_of(decision, signer)
    return issued.issue(KIND, paper, unit_id=decision.unit_id, document_id=decision.document_id, by=signer)


def find(decision: Decision) -> IssuedPaper | None:
    """The frozen paper of a signed decision."""
    return issued.find(KIND, decision.document_id) if decision.document_id is not None else None


def paper_of(decision: Decision, signer: User) -> papers.AwardDecision:
    """What the decision says on paper. What comes with the signature stands here, all else in ``known``."""
    document, day = decision.document, decision.decided_on
    assert document is not None
    assert day is not None
    roles = grants.roles_by_unit(signer).get(decision.unit_id, frozenset())
    return papers.AwardDecision(
        **known(decision, day),
        day=day,
        label=document.label,
        number=decisions.printed_number(decision),
        sources=sources_of(decision),
        rows=[
            papers.AnnexLine(
                code=row.code,
                name=row.name,
                place=row.place,
                class_name=row.class_name,
                level=row.level,
                amount=row.amount,
            )
            for row in annexes.rows_of(decision)
        ],
        signer=signer.full_name,
        deputy="chair" not in roles,
    )


def known(decision: Decision, day: datetime.date) -> dict[str, Any]:
    """What the paper will say beside its annex and its sources, if it is signed that day: an approval is bound to it.

    The annex is bound by ``annexes.digest``, the sources by the plan that a signer is shown (``signing.shown``).
    """
    programme = decision.programme
    return {
        "heading": heads.heading(decision.unit_id, day),
        "kind": decision.kind,
        "of": named(db.session.get_one(Decision, decision.of_id)) if decision.of_id is not None else "",
        "programme": programme.name,
        "school_year": programme.school_year,
        "thing": THINGS[programme.kind],
        "basis": [line.rstrip(".;, ") for line in decision.basis.splitlines() if line.strip()],
        "reason": decision.reason.replace("\n", " "),
        "publication_days": programme.publication_days,
        "amount": decision.amount,
    }


def named(decision: Decision) -> str:
    """A signed decision as another cites it: ``Quyết định số 01/QĐ-HKH ngày 05 tháng 02 năm 2026``."""
    assert decision.decided_on is not None
    return f"Quyết định số {decisions.printed_number(decision)} {on(decision.decided_on)}"


def sources_of(decision: Decision) -> list[papers.SourceLine]:
    """What each campaign bears, read from the decision's own document: its lines and nothing else."""
    document = decision.document
    assert document is not None
    money: dict[int, Dong] = {}
    pieces: dict[int, list[str]] = {}
    for line in document.lines:
        money[line.campaign_id] = money.get(line.campaign_id, 0) + abs(line.amount)
        if line.item_id is not None:
            told = f"{abs(line.quantity):02d} {item_by_id(line.item_id).called}"
            pieces.setdefault(line.campaign_id, []).append(told)
    return [
        papers.SourceLine(campaign=campaign_by_id(campaign).name, amount=amount, pieces=pieces.get(campaign, ()))
        for campaign, amount in money.items()
    ]
