"""Books with at least one of everything that ``verify`` covers, for tests that tamper with it."""

import datetime

from khuyenhoc.approvals import policies, requests
from khuyenhoc.awards import nominations
from khuyenhoc.core.database import db, writing
from khuyenhoc.funds.campaigns import CampaignGoal
from khuyenhoc.giving import desks, donors, gift_papers, gift_rows
from khuyenhoc.history.events import record
from khuyenhoc.ledger import periods
from khuyenhoc.org import unit_changes
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.recipients import consents, evidence, recipients
from khuyenhoc.recipients.details import CircumstanceDetails, GuardianDetails
from khuyenhoc.treasury import cash_counts, running_costs
from tests.awards.award_world import level, make_award_world
from tests.giving.gift_world import Ward, make_ward
from tests.recipients.recipient_world import MOTHER, card, given, picture
from tests.support import approved, people
from tests.support.world import DAY

LAST_MONTH = DAY - datetime.timedelta(days=31)


def make_full_world() -> Ward:
    """Gifts of every kind, a void by two people, papers, a desk with its count, a closed month, a returned request."""
    ward = make_ward()
    early = ward.give(gift=ward.gift(ward.line(300_000), on=LAST_MONTH))
    ward.give(2_000_000)
    goods = ward.give(gift=ward.gift(ward.bicycles(2), method="in_kind"))
    ward.give(gift=ward.gift(ward.line(700_000), method="bank", donor=ward.company))
    voided = ward.give(90_000)
    ward.approve(ward.ask_void(voided))
    returned = ward.ask_void(early)
    ward.world.pay(120_000)
    ward.world.decide(100_000)
    ward.world.reserve(1)
    with writing():
        requests.send_back(returned, by=ward.chair, reason="Khoản này đúng")
        for document in (early, goods):
            gift_papers.issue_and_print(gift_rows.row(document), by=ward.treasurer)
        desk = desks.open_desk(ward.world.bicycles, name="Đêm gây quỹ", method="cash", on=DAY, by=ward.treasurer)
        cash_counts.count_cash(
            ward.world.cash, {500_000: 4, 20_000: 9}, by=ward.treasurer, key="count-1", desk_id=desk.id
        )
        approved.close(ward.world.unit.id, periods.month_index(LAST_MONTH), by=COMMAND_LINE)
        add_recipient(ward)
        _everything_else(ward)
        bicycles = ward.world.bicycles
        db.session.add(
            CampaignGoal(campaign_id=bicycles.id, position=1, name="Xe", unit_of_measure="chiếc", quantity=20)
        )
        record("campaign.changed", bicycles, by=COMMAND_LINE, unit_id=bicycles.unit_id)
    _nominate(ward)
    db.session.rollback()
    return ward


def add_recipient(ward: Ward) -> None:
    """A pupil with guardians, circumstances, results, consents and two files, one of them removed again."""
    child = recipients.create(card(identity="079313012345"), unit=ward.world.unit, by=COMMAND_LINE)
    poverty = evidence.store(child, picture(), kind="poverty", by=COMMAND_LINE)
    mistake = evidence.store(child, picture(32), kind="photo", by=COMMAND_LINE)
    proven = (CircumstanceDetails("poor", evidence_id=poverty.id), CircumstanceDetails("orphan_father"))
    changed = card(identity=None, circumstances=proven, guardians=(MOTHER, GuardianDetails("Nguyễn Văn Ông", "ông")))
    recipients.change(child, changed, by=COMMAND_LINE)
    consents.give(child, ["process", "committee", "share_with_donor"], given(), by=COMMAND_LINE)
    consents.withdraw(child, "share_with_donor", because="Mẹ nhắn tin", by=COMMAND_LINE)
    evidence.remove(mistake, child, because="Chụp nhầm", by=COMMAND_LINE)


def _everything_else(ward: Ward) -> None:
    """What bears on no money but is proven all the same: a new name, a rule of approval, a unit's place and fate."""
    donors.rename(ward.company, "Công ty Cổ phần Mây Hồng", starts=DAY, by=ward.treasurer)
    running_costs.prepare(
        ward.world.general, ward.world.cash, 25_000, memo="Nước uống", person="Quán nước Bà Tư",
        by=people.person("ketoan", unit=ward.world.unit), key="order-of-the-full-world",
    )  # fmt: skip
    policies.seed(by=COMMAND_LINE)
    first, second = (
        unit_changes.open_unit(
            code=code, kind="chapter_school", name=code, starts=LAST_MONTH, parent=ward.world.unit, by=COMMAND_LINE
        )
        for code in ("CH1", "CH2")
    )
    unit_changes.succeed(first, second, kind="part", effective=DAY, by=COMMAND_LINE)
    unit_changes.succeed(first, ward.world.unit, kind="part", effective=DAY, by=COMMAND_LINE)


def _nominate(ward: Ward) -> None:
    """A programme with every part it may have, and a nomination that rests on a file."""
    world = make_award_world(world=ward.world)
    levels = [level("TH", 700_000), level("XE", 2_375_000, 5, [(ward.world.bicycle.id, 1)], place=2)]
    papers = [("Giấy hộ nghèo", "poverty")]
    programme = world.programme(levels=levels, quota=3, rules=[("poverty", "poor")], required=papers)
    pupil = world.pupil()
    paper = world.file(pupil.id)
    with writing():
        award = nominations.nominate(
            pupil, levels[0], programme=programme, unit=world.chapter, by=world.nominator, evidence={paper.id: 1}
        )
        nominations.withdraw(award, reason="", by=world.nominator)
