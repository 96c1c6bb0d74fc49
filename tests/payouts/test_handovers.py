"""The minutes of a handover: by application code with frame numbers, frozen, checked by their code, naming no child."""

from flask import Flask

from khuyenhoc.core.database import db, writing
from khuyenhoc.papers.verification import verification
from khuyenhoc.payouts import handovers, lists, paying
from khuyenhoc.payouts.receiving import Receipt
from tests.awards.award_world import AwardWorld
from tests.goods.stocked import EACH, decided, given, hand_over, listed, mean, number
from tests.papers.reading import read, text_of
from tests.payouts import paid
from tests.support import people
from tests.support.browser import Browser


def test_the_minutes_say_what_went_by_code_and_number(either_browser: Browser, world: AwardWorld) -> None:
    number(world, given(world, 2), "GT24001", "GT24002")
    decision = decided(world, 2)
    mean(world, decision, "GT24001", "GT24002")
    payout = listed(world, decision)
    document = hand_over(world, payout)
    to = {"payout_id": payout.id, "document_id": document.id}
    secretary = either_browser.sign_in(world.secretary)
    assert "chưa ra" in secretary.get("handovers.minutes", **to).text

    secretary.get("payouts.show", payout_id=payout.id)
    where = secretary.post("handovers.print_minutes", to=to, expect=303).response.location
    text = text_of(read(secretary.get(where).response.data))

    said = ["BIÊN BẢN BÀN GIAO", document.label, "XD26-0001", "GT24001", "GT24002", "Nguyễn Thị Mẹ (mẹ)", "4.750.000"]
    assert [word for word in said if word not in text] == []
    names = [line.name for line in lists.lines_of(payout)]
    assert [name for name in names if name in text] == []
    assert "BẢN SAO" in text_of(read(secretary.get("handovers.minutes", **to).response.data))
    paper = handovers.find(document)
    assert paper is not None
    facts = verification(paper.code)
    assert facts is not None
    assert (facts.genuine, facts.state, facts.amount) == (True, "live", 2 * EACH)
    assert paid.holds()


def test_whoever_came_in_person_is_not_named(world: AwardWorld) -> None:
    given(world, 1)
    payout = listed(world, decided(world, 1))
    (line,) = lists.lines_of(payout)
    with writing():
        receipt = Receipt(line.name, "chính mình", None, "Cô Hồ Thị Nháp")
        document = paying.hand_over(payout, {line.id: receipt}, by=world.treasurer, key="handover-key-1")

    said = handovers.paper_of(payout, document).content()

    assert said["rows"][0]["received_by"] == ""
    assert said["witnesses"] == ["Cô Hồ Thị Nháp"]
    assert line.name not in str(said)


def test_the_minutes_are_for_the_office(app: Flask, world: AwardWorld) -> None:
    given(world, 1)
    payout = listed(world, decided(world, 1))
    document = hand_over(world, payout)
    to = {"payout_id": payout.id, "document_id": document.id}

    for who in (world.chair, people.person("kiemtra"), world.nominator):
        Browser(app).sign_in(who).post("handovers.print_minutes", to=to, expect=403)
    far = Browser(app).sign_in(people.person("xa.thuky", role="secretary", unit=people.association("U02")))
    far.post("handovers.print_minutes", to=to, expect=404)
    far.get("handovers.minutes", **to, expect=404)
    secretary = Browser(app).sign_in(world.secretary)
    secretary.post("handovers.print_minutes", to={**to, "document_id": 999_999}, expect=404)
    db.session.rollback()
    assert handovers.find(document) is None
