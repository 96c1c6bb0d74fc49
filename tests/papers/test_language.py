"""Papers are Vietnamese, whatever language the screen of whoever prints or issues them speaks: every kind."""

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any

import flask_babel
import pytest
from babel.messages.pofile import read_po
from flask import Flask
from sqlalchemy import select

from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.awards import conflicts, decision_papers, minutes, printing, publication
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.text import gettext as _
from khuyenhoc.giving import gift_papers, gift_rows
from khuyenhoc.goods import goods_papers, write_off_papers, write_offs
from khuyenhoc.history.events import record
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.papers import consent_form
from khuyenhoc.papers.applications import Application, UnitList
from khuyenhoc.papers.content import Paper
from khuyenhoc.papers.kinds import KINDS
from khuyenhoc.payouts import handovers, list_papers, lists, paying, payout_list, vouchers
from khuyenhoc.proof import sheet_papers
from khuyenhoc.recipients.recipient_tables import Recipient
from khuyenhoc.reports import annual, annual_papers, years
from khuyenhoc.treasury import book_papers, cash_counts, movements, transfers
from khuyenhoc.treasury import printing as books
from khuyenhoc.treasury import vouchers as treasury_vouchers
from khuyenhoc.treasury.book_papers import Volume
from khuyenhoc.treasury.books import Span
from tests.awards import committee_world as committee
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld, make_award_world
from tests.giving.gift_world import Ward, make_ward
from tests.goods import stocked
from tests.payouts import paid
from tests.support import tree
from tests.support.world import DAY
from tests.treasury import ordered
from tests.treasury.test_movements import do

MONTH = Span(datetime.date(2026, 8, 1), datetime.date(2026, 8, 31))
WORD = re.compile(r"[a-z]{4,}", re.IGNORECASE)


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    """Everything in the test is done by people whose screen is English."""
    with flask_babel.force_locale("en"):
        assert _("Học bổng") == "Scholarships"
        yield


def strange_words() -> frozenset[str]:
    """Words of the English catalogue that no Vietnamese text has."""
    with (tree.ROOT / "translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    mine, theirs = set(), set()
    for message in catalogue:
        texts = {"vi": str(message.id), "en": str(message.string)}
        mine |= {word.lower() for word in WORD.findall(re.sub(r"%\(\w+\)s", "", texts["vi"]))}
        theirs |= {word.lower() for word in WORD.findall(re.sub(r"%\(\w+\)s", "", texts["en"]))}
    return frozenset(theirs - mine)


def said(content: Any) -> Iterator[str]:
    """Every text of a paper; ``kind`` tells the template which one it is and is not printed."""
    if isinstance(content, Mapping):
        for name, part in content.items():
            yield from said(part) if name != "kind" else ()
    elif isinstance(content, list | tuple):
        for part in content:
            yield from said(part)
    elif not isinstance(content, int | type(None)):
        yield str(content)


def of_gifts(ward: Ward) -> list[Paper]:
    """Receipts and thanks; the gifts also bring the money of what follows."""
    cash = gift_rows.row(ward.give(20 * MILLION))
    bank = gift_rows.row(ward.give(gift=ward.gift(ward.line(700_000), method="bank")))
    goods = gift_rows.row(ward.give(gift=ward.gift(ward.bicycles(4), method="in_kind")))
    thanks = [gift_papers.paper_of(cash, kind) for kind in ("receipt", "thank_you", "gold_heart")]
    return [*thanks, gift_papers.paper_of(bank), gift_papers.paper_of(goods)]


def of_the_treasury(ward: Ward) -> list[Paper]:
    """A voucher of every kind, the month's three books, a count with its difference."""
    home = ward.world
    opening = do(movements.open_with_money, home.general, home.cash, 900_000)
    found = [opening, do(movements.record_other_income, home.general, home.bank, 104_567, memo="Lãi tiền gửi")]
    found += [do(movements.record_bank_fee, home.general, home.bank, 11_000, memo="Phí tháng 6")]
    found += [do(movements.cash_to_bank, home.general, home.cash, home.bank, 50_000)]
    order = ordered.prepare(home, by=ward.accountant)
    ordered.approve(order, ward.chair)
    found += [ordered.pay(home, order, by=ward.treasurer)]
    with writing():
        request = transfers.ask(home.general, home.bicycles, home.cash, 10_000, reason="Thiếu một chiếc xe",
                                consent="", by=ward.treasurer, key="transfer")  # fmt: skip
    ward.approve(request)
    with writing():
        count = cash_counts.count_cash(
            home.cash, {500_000: 41}, by=ward.treasurer, key="count", note="Thiếu", campaign=home.bicycles
        )
    ward.approve(db.session.scalars(select(Request).where(Request.state == "waiting")).one())
    found += db.session.scalars(select(Document).where(Document.kind.in_(("transfer", "cash_difference")))).all()
    volumes = [Volume(home.unit.id, MONTH, account) for account in (home.cash, home.bank, None)]
    papers: list[Paper] = [treasury_vouchers.paper_of(document) for document in found]
    return [*papers, *map(book_papers.paper_of, volumes), books.count_paper(count)]


def of_awards(world: AwardWorld) -> list[Paper]:
    """A nomination, a meeting with everything that may be said there, a decision, its notice, lists and vouchers."""
    required, rules = (
        [("Giấy hộ nghèo", "poverty")],
        [("poverty", "poor"), ("average", "900"), ("age", "6–18"), ("consents", "process,committee,publish_name")],
    )
    programme = world.programme(state="reviewing", required=required, rules=rules, quota=9, publication_days=0)
    awards = world.awards(programme, 6)
    committee.score_all(world, awards, 9, 8, 8, 7, 6, 5)
    with writing():
        conflicts.declare(awards[0], by=world.members[4], reason="Hàng xóm thân")
    meeting = committee.met(world, programme, 4 * MILLION, absent=[world.members[3]])
    for member in world.members[:3]:
        committee.vote(meeting, member, "against", awards[0], note="Đã nhận học bổng khác")
        committee.vote(meeting, member)
    committee.vote(meeting, world.members[4], "against", note="Chưa xem hết hồ sơ")
    committee.close(world, meeting)
    decision = deciding.published(world, programme)
    found: list[Paper] = [
        printing.application(awards[1]),
        printing.unit_list(programme, world.chapter, awards),
        consent_form.of(awards[1].recipient),
        minutes.paper_of(meeting),
        decision_papers.paper_of(decision, world.chair),
        publication.notice(decision),
    ]
    ready = lists.ready(decision)
    for method, some in (("cash", ready[:2]), ("bank", ready[2:])):
        for award in some:
            banked(award.recipient)
        payout = paid.approve(world, paid.prepare(world, decision, method, awards=some))
        paid.pay(world, payout)
        paid.stay_away(world, payout, lists.lines_of(payout)[:1])
        found.append(list_papers.paper_of(payout))
        found += [vouchers.paper_of(payout, document) for document in payout_list.documents_of(payout)]
    return found


def banked(recipient: Recipient) -> None:
    """The card names an account."""
    with writing():
        recipient.bank_name, recipient.bank_number, recipient.bank_holder = "Ngân hàng Mẫu", "111222", "NGUYEN VAN A"
        record("recipient.changed", recipient, by=COMMAND_LINE, unit_id=recipient.unit_id)


def of_goods(world: AwardWorld) -> list[Paper]:
    """A purchase, a handover, a write-off."""
    purchase = stocked.bought(world, stocked.approve(world, stocked.ask(world, 1)))
    decision = stocked.decided(world, 1)
    payout = paid.approve(world, paid.prepare(world, decision, "goods"))
    with writing():
        (line,) = lists.lines_of(payout)
        document = paying.hand_over(payout, {line.id: paid.MOTHER}, by=world.treasurer, key=token())
        lost = write_offs.ask(world.world.bicycles, world.world.bicycle, 1, cause="broken", reason="Gãy khung",
                              by=world.secretary, key=token())  # fmt: skip
    deciding.approve(write_offs.waiting_for(lost), world.chair)  # type: ignore[arg-type]
    return [
        *(goods_papers._PAPERS[slug](purchase) for slug in (goods_papers.VOUCHER, goods_papers.RECEIPT)),
        list_papers.paper_of(payout),
        vouchers.paper_of(payout, document),
        handovers.paper_of(payout, document),
        write_off_papers.paper_of(lost),
    ]


def test_every_kind_of_paper_is_vietnamese_to_an_english_reader(english: None) -> None:
    ward = make_ward()
    world = make_award_world(world=ward.world)
    papers = [*of_gifts(ward), *of_the_treasury(ward)]
    world.money(18 * MILLION)
    do(movements.cash_to_bank, world.scholarships, ward.world.cash, ward.world.bank, 9 * MILLION)
    papers += [*of_awards(world), *of_goods(world), sheet_papers.paper_of(ward.world.bicycles)]
    papers += [annual_papers.paper_of(annual.of(years.of_unit(ward.world.unit, DAY.year)))]

    assert {paper.TEMPLATE for paper in papers} == {*KINDS, Application.TEMPLATE, UnitList.TEMPLATE, "consent"}
    strange = strange_words()
    for paper in papers:
        for text in said(paper.content()):
            english_words = {word.lower() for word in WORD.findall(text)} & strange
            assert not english_words, f"{paper.TEMPLATE}: {text}"
