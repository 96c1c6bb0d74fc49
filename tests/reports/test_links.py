"""The two links of a gift: made when it is thanked for, unguessable, ended when they went astray."""

import pytest
from sqlalchemy import select

from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.papers import issued
from khuyenhoc.reports import links
from khuyenhoc.reports.links import GiftLink
from tests.giving.gift_world import Ward
from tests.support import people
from tests.support.browser import Browser


def make(ward: Ward, document: Document) -> GiftLink:
    """The secretary opens the giver's page."""
    with writing():
        return links.make(document, by=ward.secretary)


def test_a_gift_has_one_pair_of_links_that_tell_nothing(ward: Ward) -> None:
    document = ward.give(2_000_000)
    link = make(ward, document)

    assert make(ward, document).private == link.private
    assert len({link.private, link.shared}) == 2
    assert min(len(link.private), len(link.shared)) >= 32


def test_a_void_gift_gets_no_link_and_its_shared_page_is_gone(ward: Ward) -> None:
    gone, kept = ward.give(2_000_000), ward.give(1_000_000)
    link = make(ward, kept)
    for document in (gone, kept):
        ward.approve(ward.ask_void(document))

    with pytest.raises(RuleBroken, match="đã hủy"):
        make(ward, db.session.get_one(Document, gone.id))
    with pytest.raises(NotFound):
        links.gift_of_shared(link.shared)


def test_only_a_gift_has_a_page(ward: Ward) -> None:
    ward.give(2_000_000)

    with pytest.raises(RuleBroken, match="Chỉ khoản ủng hộ"):
        make(ward, ward.world.pay(500_000))


def test_ended_links_look_as_if_they_had_never_been(ward: Ward, browser: Browser) -> None:
    document = ward.give(2_000_000)
    link = make(ward, document)
    with writing():
        links.revoke(document, by=ward.secretary, reason="Gửi nhầm người")

    ended = browser.get("reports.thanks", token=link.private, expect=404)
    unknown = browser.get("reports.thanks", token="x" * 32, expect=404)

    assert ended.text == unknown.text
    browser.get("reports.shared", token=link.shared, expect=404)
    assert make(ward, document).private != link.private
    assert [event.reason for event in events.of("documents", document.id)][-2] == "Gửi nhầm người"


def test_ending_needs_a_reason_and_something_to_end(ward: Ward) -> None:
    document = ward.give(2_000_000)

    with pytest.raises(RuleBroken, match="không có đường dẫn"), writing():
        links.revoke(document, by=ward.secretary, reason="Nhầm")
    make(ward, document)
    for reason in ("  ", "x" * 501):
        with pytest.raises(RuleBroken), writing():
            links.revoke(document, by=ward.secretary, reason=reason)


def test_opening_the_page_thanks_the_giver_and_issues_the_receipt(ward: Ward, browser: Browser) -> None:
    document = ward.give(2_000_000)
    browser.sign_in("thuky").get("giving.gift", document_id=document.id)

    page = browser.post("gift_links.make", to={"document_id": document.id})

    link = db.session.scalar(select(GiftLink))
    assert link is not None
    assert link.private in page.body
    assert link.shared in page.body
    assert "data:image/svg+xml" in page.body
    assert "Đã tri ân" in page.text
    assert db.session.get_one(Document, document.id).state == "acknowledged"
    assert issued.find("receipt", document.id) is not None


def test_the_page_is_ended_on_the_gift_page(ward: Ward, browser: Browser) -> None:
    document = ward.give(2_000_000)
    link = make(ward, document)
    browser.sign_in("thuky").get("giving.gift", document_id=document.id)
    to = {"document_id": document.id}
    assert "Xin ghi lý do" in browser.post("gift_links.revoke", to=to, reason="", expect=422).text

    browser.get("giving.gift", document_id=document.id)
    page = browser.post("gift_links.revoke", to=to, reason="Gửi nhầm người")

    assert "Đã thu hồi" in page.text
    browser.get("reports.thanks", token=link.private, expect=404)


def test_who_only_reads_never_sees_the_secret(ward: Ward, browser: Browser) -> None:
    document = ward.give(2_000_000)
    link = make(ward, document)

    page = browser.sign_in("kiemtra").get("giving.gift", document_id=document.id)

    assert "Trang tri ân" in page.text
    assert link.private not in page.body
    assert link.shared not in page.body
    for deed in ("gift_links.make", "gift_links.revoke"):
        browser.post(deed, to={"document_id": document.id}, reason="x", expect=403)


def test_links_of_another_association_do_not_exist(ward: Ward, browser: Browser) -> None:
    document = ward.give(2_000_000)
    browser.sign_in(people.person("thuky2", role="secretary", unit=people.association("U02")))

    for deed in ("gift_links.make", "gift_links.revoke"):
        browser.post(deed, to={"document_id": document.id}, reason="x", expect=404)
