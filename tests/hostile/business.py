"""Unfinished business on the demonstration site, so that every page and every form has something to show.

And a foreign association with its own officers, to whom nothing of it belongs.
"""

from datetime import date

from flask import Flask

from khuyenhoc.approvals import policies, requests
from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.demo.asking import approve
from khuyenhoc.funds import approvables, campaign_steps
from khuyenhoc.funds.campaigns import get_campaign
from khuyenhoc.funds.funds import fund_by_id
from khuyenhoc.funds.plans import Plan
from khuyenhoc.giving import donations, donors
from khuyenhoc.giving.donations import GiftLine
from khuyenhoc.giving.donors import Details
from khuyenhoc.ledger import accounts, payment_orders, period_approvals
from khuyenhoc.ledger.accounts import cash_and_banks
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org import administration, attempts, grants, users
from khuyenhoc.org.units import Unit, get_unit
from khuyenhoc.org.users import COMMAND_LINE, User
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.reports.links import GiftLink
from tests.hostile import stocked
from tests.support import people
from tests.support.browser import Browser
from tests.support.people import FOUNDED
from tests.support.world import make_world

FOREIGN = "U90"
NEWCOMERS = ("tamnghi", "bikhoa")
"""Somebody whose account was stopped, and somebody who has forgotten the password."""


def leave_unfinished(app: Flask) -> list[str]:
    """Leave something behind on every kind of page; gives the addresses that no link leads to, or only later ones."""
    desk = _evening(app)
    _requests_that_wait(app)
    orders = _orders(app)
    bought = stocked.leave_purchases()
    _rules_and_people()
    people.session_of(users.get_user("hoidong1"))
    strangers()
    persons = [users.get_user(name).id for name in (*NEWCOMERS, "hoidong1")]
    gift = _of_a_gift(app, desk)
    return [
        *gift,
        *orders,
        *_refund(app),
        *bought,
        _voucher(app),
        f"{desk}/hinh-thuc?method=in_kind",
        f"/so-sach/kiem-quy?ban={desk.rpartition('/')[2]}",
        "/chien-dich/NHAP1",
        *_closed_books(),
        "/quy/QKH-BN/sua",
        *(f"/quan-tri/don-vi/U07/{deed}" for deed in ("chuyen", "ke-tiep", "dong")),
        *(f"/quan-tri/nguoi-dung/{user_id}" for user_id in persons),
    ]


def foreign(username: str) -> str:
    """The officer of the foreign association with the same role."""
    return f"xa-{username}"


def strangers() -> None:
    """Found the foreign association, with its own fund, campaigns, cash box, and an officer for every role."""
    unit = make_world(FOREIGN).unit
    for username in people.OFFICERS:
        person(foreign(username), people.OFFICERS[username][2], unit)


def person(username: str, role: str, unit: Unit) -> User:
    """Somebody new with one role."""
    with writing():
        user = users.create(
            username=username,
            full_name=f"Vũ Thị {username.title()}",
            honorific="Bà",
            password=people.PASSWORD,
            by=COMMAND_LINE,
        )
        grants.give(user, role, unit, by=COMMAND_LINE, starts=FOUNDED)
    return user


def _evening(app: Flask) -> str:
    """A desk with one gift, still open; gives its address."""
    treasurer = Browser(app).sign_in("thuquy")
    campaign = get_campaign("XD26").id
    treasurer.get("desk.index")
    desk = treasurer.post("desk.open_desk", campaign=campaign, name="Đêm gây quỹ", expect=303).response.location
    treasurer.get(desk)
    treasurer.post(desk, donor="Nguyễn Thị Thử", donor_id="moi", donor_for="Nguyễn Thị Thử", kind="individual",
                   honorific="Bà", amount="600k", method="cash", expect=303)  # fmt: skip
    return str(desk)


def _of_a_gift(app: Flask, desk: str) -> list[str]:
    """The evening's gift has its papers and its links, the one before has not."""
    gift, earlier = db.session.query(Document).filter_by(kind="gift").order_by(Document.id.desc()).limit(2)
    secretary = Browser(app).sign_in("thuky")
    secretary.get(f"/khoan-ung-ho/{gift.id}")
    secretary.post(f"/khoan-ung-ho/{gift.id}/trang-tri-an", expect=303)
    secretary.post(f"/khoan-ung-ho/{gift.id}/phieu.pdf")
    link, paper = db.session.query(GiftLink).one(), db.session.query(IssuedPaper).first()
    assert paper is not None
    return [
        f"/khoan-ung-ho/{gift.id}",
        f"/khoan-ung-ho/{earlier.id}",
        f"/khoan-ung-ho/{gift.id}/phieu.pdf",
        f"/khoan-ung-ho/{gift.id}/giay/{paper.kind}.pdf",
        f"/tri-an/{link.private}",
        f"/tri-an/{link.private}/giay/{paper.id}.pdf",
        f"/chia-se/{link.shared}",
        f"/kiem-chung/{paper.code}",
        desk,
    ]


def _voucher(app: Flask) -> str:
    """A fee with its voucher printed, and a reconciliation; gives the address of the fee."""
    treasurer = Browser(app).sign_in("thuquy")
    treasurer.get("movements.new", kind="nop-ngan-hang")
    moved = treasurer.post("movements.record", to={"kind": "nop-ngan-hang"}, campaign=get_campaign("XD26").id,
                           amount="10k", expect=303).response.location  # fmt: skip
    treasurer.get(moved)
    treasurer.post(f"{moved}/phieu.pdf", expect=303)
    treasurer.post("/chien-dich/XD26/doi-chieu.pdf", expect=303)
    return str(moved)


def _orders(app: Flask) -> list[str]:
    """Two payment orders, one of them approved, so that it can be paid; gives their addresses."""
    campaign, accountant = get_campaign("XD26").id, Browser(app).sign_in("ketoan")
    found = []
    for what in ("Nước uống", "In giấy mời"):
        accountant.get("running_costs.new")
        asked = accountant.post("running_costs.create", campaign=campaign, amount="20k", memo=what,
                                person="Nguyễn Thị Thử", expect=303)  # fmt: skip
        found.append(str(asked.response.location))
    order = payment_orders.get_order(int(found[0].rpartition("/")[2]))
    request = payment_orders.waiting_for(order)
    assert request is not None
    with writing():
        requests.approve(request, by=users.get_user("chutich"), shown=requests.fingerprint(request))
    return found


def _refund(app: Flask) -> list[str]:
    """A gift of its own, of which a part is asked back; gives where that can be mended."""
    campaign, unit = get_campaign("XD26"), get_unit("U05")
    with writing():
        given = Details(kind="individual", name="Lê Thị Thử", honorific="Bà")
        donor = donors.create(given, unit=unit, by=users.get_user("thuquy"))
        gift = donations.record(
            donor, [GiftLine(campaign, 300_000)], method="cash", account=accounts.cash_and_banks(unit.id, "cash")[0],
            on=clock.today(), by=users.get_user("thuquy"), key="hostile-refund",
        )  # fmt: skip
    accountant = Browser(app).sign_in("ketoan")
    accountant.get("refunds.new", document_id=gift.id)
    asked = accountant.post("refunds.create", to={"document_id": gift.id}, amount="50k", memo="Xin lại", expect=303)
    order_id = str(asked.response.location).rpartition("/")[2]
    return [f"/khoan-ung-ho/{gift.id}/hoan-tra/{order_id}/sua", f"/khoan-ung-ho/{gift.id}/hoan-tra"]


def _closed_books() -> list[str]:
    """The report of a closed year, and the books of one of its months."""
    unit = get_unit("U01").id
    box = cash_and_banks(unit, "cash")[0].id
    return [
        f"/bao-cao?nam=2022&don_vi={unit}",
        f"/so-sach/quy-tien-mat?tai_khoan={box}&thang=2022-01",
        f"/so-sach/nhat-ky?don_vi={unit}&thang=2022-01",
    ]


def _requests_that_wait(app: Flask) -> None:
    """A draft, a campaign that waits to be opened, a count whose difference was returned, a closed year."""
    accountant, today = users.get_user("ketoan"), get_campaign("XD26")
    fund = fund_by_id(today.fund_id)
    with writing():
        campaign_steps.draft("NHAP1", fund, Plan("Tủ sách khu phố", date(2026, 8, 1)), by=accountant)
        waiting = campaign_steps.draft("NHAP2", fund, Plan("Áo ấm mùa đông", date(2026, 8, 1)), by=accountant)
        approvables.ask_to_open(waiting, by=accountant)
        unit = get_unit("U01")
        for month in range(2022 * 12, 2023 * 12):
            approve(period_approvals.ask_to_close(unit.id, month, by=accountant), by=users.get_user("chutich"))
    treasurer = Browser(app).sign_in("thuquy")
    page = treasurer.get("cash.count")
    campaign = page.field("campaign")
    counted = treasurer.post("cash.record", to_500000="1", note="Thiếu, chưa rõ vì sao", campaign=campaign, expect=303)
    treasurer.get(counted.response.location)
    asked = next(n.get("href") for n in treasurer.here.page.all("a") if n.get("href").startswith("/phe-duyet/"))
    chair = Browser(app).sign_in("chutich")
    chair.get(asked)
    chair.post(asked, decision="return", reason="Xin đếm lại", expect=303)


def _rules_and_people() -> None:
    """A rule of the association's own, somebody who was stopped, and somebody who is locked out."""
    administrator, unit = users.get_user("admin"), get_unit("U05")
    stopped, locked = (person(username, "reporter", unit) for username in NEWCOMERS)
    with writing():
        policies.add_policy(
            "campaign.close", unit_id=unit.id, from_amount=0, roles=["chair"], approvals_needed=1,
            valid_from=clock.today(), reason="Nghị quyết", by=administrator,
        )  # fmt: skip
        administration.deactivate(stopped, by=administrator, reason="Nghỉ")
        for _time in range(attempts.PER_ACCOUNT):
            attempts.admit(locked, locked.username, "203.0.113.9")
