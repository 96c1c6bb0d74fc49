"""Whoever signs signs the paper that was shown: whatever it prints makes the page stale when it changes."""

import dataclasses
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from khuyenhoc.approvals import registry, requests
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.awards import decision_approvals, decisions, programmes
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.plans import plan_of
from khuyenhoc.core.database import db, writing
from khuyenhoc.funds import items
from khuyenhoc.history.events import record
from khuyenhoc.org import unit_changes
from khuyenhoc.org.units import get_unit
from khuyenhoc.papers import decisions as papers
from khuyenhoc.papers.content import Heading
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.papers.reading import read, text_of
from tests.support.browser import Browser
from tests.support.world import DAY, HA

WITH_THE_SIGNATURE = {"day", "label", "number", "signer", "deputy"}
"""What nobody can be shown before: it comes with the day and the person of the signature."""

Change = Callable[[AwardWorld, Decision], Any]


def put(row: str, **columns: Any) -> Change:
    """Something that the decision prints is called otherwise now, however that came about."""

    def change(world: AwardWorld, decision: Decision) -> None:
        award = decisions.awards_of(decision)[-1]
        found = {
            "decision": decision,
            "programme": decision.programme,
            "level": award.level,
            "recipient": award.recipient,
            "school": award.recipient.school,
            "campaign": world.world.bicycles,
        }[row]
        for column, value in columns.items():
            setattr(found, column, value)
        told = decision.programme if row == "level" else found
        record("name.changed", told, by=world.secretary, unit_id=world.unit.id)  # type: ignore[arg-type]

    return change


def _other_first(world: AwardWorld, decision: Decision) -> None:
    second = db.session.query(Decision).filter(Decision.id != decision.of_id, Decision.state == "decided").one()
    put("decision", of_id=second.id)(world, decision)


def _worth_more(world: AwardWorld, decision: Decision) -> None:
    decision.lines[-1].amount += MILLION
    put("decision", amount=decision.amount + MILLION)(world, decision)


def _one_less(world: AwardWorld, decision: Decision) -> None:
    some = decisions.awards_of(decision)[:1]
    decisions.change(decision, some, basis=decision.basis, by=world.secretary)


CHANGES: dict[str, Change] = {
    "heading.unit": lambda w, _d: unit_changes.rename(w.unit, "Hội Khuyến học phường Bến Lạ", on=DAY, by=HA),
    "heading.place": lambda w, _d: unit_changes.rename(w.unit, "Hội Khuyến học phường Bến Xa", on=DAY, by=HA),
    "heading.address": lambda w, _d: unit_changes.set_address(w.unit, "7 đường Hoa Sữa", by=HA),
    "heading.parent": lambda w, _d: unit_changes.move(w.unit, get_unit("U02"), on=DAY, by=HA),
    "kind": put("decision", kind="withdrawal", reason="Gia đình đã chuyển đi"),
    "of": _other_first,
    "programme": put("programme", name="Xe đạp vượt khó"),
    "school_year": put("programme", school_year="2027–2028"),
    "thing": put("programme", kind="reward"),
    "basis": put("decision", basis="Điều lệ mới"),
    "reason": put("decision", reason="Gia đình đã chuyển đi"),
    "publication_days": put("programme", publication_days=10),
    "amount": _worth_more,
    "sources.campaign": put("campaign", name="Xe đạp vượt khó"),
    "sources.amount": _one_less,
    "sources.pieces": lambda w, _d: items.change_item(w.world.bicycle, "Xe đạp 26 inch", "chiếc", 1, "bicycle", by=HA),
    "rows.code": put("programme", code="XV26"),
    "rows.name": put("recipient", full_name="Trần Văn Khác"),
    "rows.place": put("school", name="THCS Hoa Đào"),
    "rows.class_name": put("recipient", class_name="9B"),
    "rows.level": put("level", label="Xe đạp cho học sinh"),
    "rows.amount": _worth_more,
}
"""What the paper prints → a way in which it may change while the decision waits."""


def waiting(world: AwardWorld) -> Decision:
    """A third decision of a programme, about a bicycle that is there and one that is to be bought."""
    world.world.bicycles_given(3)
    world.money(9 * MILLION, world.world.bicycles)
    programme = deciding.bicycles(world)
    for _n in range(2):
        world.award(programme, "recommended")
        deciding.decided(world, programme)
    world.awards(programme, 2, "recommended")
    decision = deciding.draft(world, programme)
    deciding.ask(world, decision)
    return decision


def test_everything_that_is_printed_has_its_change() -> None:
    def fields(of: type, within: str = "") -> set[str]:
        return {f"{within}{field.name}" for field in dataclasses.fields(of)}  # type: ignore[arg-type]

    parts = {"heading": Heading, "rows": papers.AnnexLine, "sources": papers.SourceLine}
    printed = fields(papers.AwardDecision) - set(parts) - WITH_THE_SIGNATURE
    for name, part in parts.items():
        printed |= fields(part, f"{name}.")

    assert set(CHANGES) == printed


@pytest.mark.parametrize("printed", CHANGES)
def test_what_is_printed_is_what_was_shown(world: AwardWorld, printed: str) -> None:
    decision = waiting(world)
    request = decision_approvals.waiting_for(decision)
    assert request is not None
    shown = requests.fingerprint(request)
    with writing():
        CHANGES[printed](world, decision)

    assert deciding.approve(request, world.chair, shown) is Outcome.CHANGED
    db.session.refresh(decision)
    assert decision.state == "draft"


def test_nothing_changed_it_is_signed(world: AwardWorld) -> None:
    decision = waiting(world)
    request = decision_approvals.waiting_for(decision)
    assert request is not None
    told = {str(fact.label): fact.value for fact in registry.get(request.kind).describe(request).facts}
    assert told["Bổ sung cho"] == "Quyết định 01/QĐ-HKH (2026)"

    assert deciding.approve(request, world.chair, requests.fingerprint(request)) is Outcome.DONE


def test_days_changed_behind_an_open_page_are_read_before_it_is_signed(
    either_browser: Browser, world: AwardWorld
) -> None:
    world.money(5 * MILLION)
    programme = world.programme(state="reviewing")
    world.award(programme, "recommended")
    decision = deciding.draft(world, programme)
    to = {"request_id": deciding.ask(world, decision).id}
    chair = either_browser.sign_in(world.chair)
    assert "5 ngày làm việc" in chair.get("approvals.one", **to).text
    with writing():
        programmes.change(programme, replace(plan_of(programme), publication_days=10), by=world.secretary)

    shown_again = chair.post("approvals.decide", {"decision": "approve"}, to=to, expect=422)
    assert "Nội dung đã thay đổi sau lúc ông mở trang" in shown_again.text
    assert "10 ngày làm việc" in shown_again.text
    chair.post("approvals.decide", {"decision": "approve"}, to=to)

    db.session.expire_all()
    found = chair.get("decisions.paper", decision_id=decision.id).response.data
    assert "công bố trong 10 ngày làm việc" in text_of(read(found))
