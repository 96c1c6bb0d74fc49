"""Unfinished business of the stock: purchases and write-offs at every step, and a bought lot with a frame number."""

from khuyenhoc.approvals import requests
from khuyenhoc.core.database import writing
from khuyenhoc.funds.campaigns import Campaign, get_campaign
from khuyenhoc.funds.items import Item, get_item
from khuyenhoc.goods import goods_papers, purchases, serials, write_off_papers, write_offs
from khuyenhoc.goods.purchases import Wanted
from khuyenhoc.ledger.accounts import cash_and_banks
from khuyenhoc.org import users
from khuyenhoc.org.users import User


def leave_purchases() -> list[str]:
    """A purchase at every step, of one paid a piece with a number, of another nothing gone; gives their addresses."""
    campaign, item = get_campaign("XD26"), get_item("pack_50")
    cash = cash_and_banks(campaign.unit_id, "cash")[0]
    accountant, secretary, treasurer = (users.get_user(name) for name in ("ketoan", "thuky", "thuquy"))
    found = []
    for step in ("asked", "approved", "received", "paid"):
        with writing():
            wanted = [Wanted(item, 6, 10_000)]
            purchase = purchases.ask(campaign, cash, wanted, supplier=f"Cửa hàng {step}", reason="Quà thử",
                                     by=accountant, key=f"hostile-{step}")  # fmt: skip
        found.append(f"/hien-vat/mua/{purchase.id}")
        if step == "asked":
            continue
        request = purchases.waiting_for(purchase)
        assert request is not None
        with writing():
            requests.approve(request, by=users.get_user("chutich"), shown=requests.fingerprint(request))
        if step != "approved":
            with writing():
                purchases.receive(purchase, {1: 6}, by=secretary)
                goods_papers.issue_and_print(purchase, goods_papers.RECEIPT, by=secretary)
    with writing():
        document = purchases.pay(purchase, by=treasurer)
        (serial,) = serials.enter(serials.lot_line(document.id, 1), ["GT24999"], by=treasurer)
    lot = f"/hien-vat/lo/{document.id}/1/so-khung"
    gone = _write_offs(campaign, item, secretary)
    with writing():
        untouched = purchases.ask(campaign, cash, wanted, supplier="Cửa hàng untouched", reason="Quà thử",
                                  by=accountant, key="hostile-untouched")  # fmt: skip
    request = purchases.waiting_for(untouched)
    assert request is not None
    with writing():
        requests.approve(request, by=users.get_user("chutich"), shown=requests.fingerprint(request))
        purchases.receive(untouched, {1: 6}, by=secretary)
        purchases.pay(untouched, by=treasurer)
    return [
        f"/hien-vat/mua/{untouched.id}",
        *found,
        f"{found[-1]}/giay/giao-nhan.pdf",
        lot,
        f"/hien-vat/so-khung/{serial.id}",
        *gone,
    ]


def _write_offs(campaign: Campaign, item: Item, secretary: User) -> list[str]:
    """One write-off that waits, one that is done, its minutes printed; gives their addresses and the form's."""
    found = []
    for step in ("asked", "done"):
        with writing():
            write_off = write_offs.ask(campaign, item, 1, cause="broken", reason="Rách", by=secretary,
                                       key=f"hostile-off-{step}")  # fmt: skip
        found.append(f"/hien-vat/xoa-so/{write_off.id}")
    request = write_offs.waiting_for(write_off)
    assert request is not None
    with writing():
        requests.approve(request, by=users.get_user("chutich"), shown=requests.fingerprint(request))
        write_off_papers.issue_and_print(write_off, by=secretary)
    return [*found, f"{found[-1]}/bien-ban.pdf", f"/hien-vat/xoa-so/moi/{campaign.code}/{item.code}"]
