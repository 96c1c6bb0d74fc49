"""However many gifts there are, no page scans or sorts a whole table: every list is a short way along an index."""

import pytest
from sqlalchemy import select

from khuyenhoc.core.database import db, writing
from khuyenhoc.giving import desks
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org import users
from tests.giving.gift_world import YESTERDAY, Ward
from tests.reports.given import AGREED, Given
from tests.support import people
from tests.support.browser import Browser
from tests.support.plans import plans
from tests.support.world import DAY


@pytest.fixture
def evening(ward: Ward) -> Ward:
    """Gifts of every method, one void, one whose void waits, an evening's desk."""
    with writing():
        desk = desks.open_desk(ward.world.bicycles, name="Đêm gây quỹ", method="cash", on=DAY, by=ward.treasurer)
    ward.give(gift=ward.gift(ward.line(100_000), on=YESTERDAY))
    ward.give(200_000, by=ward.accountant, desk=desk)
    shared = [ward.line(3_000_000), ward.line(1_000_000, ward.world.general)]
    ward.give(gift=ward.gift(*shared, method="bank", donor=ward.company))
    ward.give(gift=ward.gift(ward.bicycles(2), method="in_kind", donor=ward.company))
    ward.approve(ward.ask_void(ward.give(9_000_000)))
    ward.ask_void(ward.give(8_000_000))
    return ward


GIFTS = "/khoan-ung-ho"


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("thuquy", GIFTS),
        ("thuquy", f"{GIFTS}?xep=-tien"),
        ("thuquy", f"{GIFTS}?chien_dich=2&xep=tien"),
        ("thuquy", f"{GIFTS}?tu=1/8/2026&den=20/8/2026"),
        ("thuquy", f"{GIFTS}?hinh_thuc=cash&tu=1/8/2026"),
        ("thuquy", f"{GIFTS}?trang_thai=voided"),
        ("thuquy", f"{GIFTS}?chien_dich=2&hinh_thuc=cash&trang_thai=recorded&nguoi_ghi=2"),
        ("thuquy", f"{GIFTS}?chien_dich=2&nguoi_ghi=2"),
        ("thuquy", f"{GIFTS}?q=minh+hoa"),
        ("thuquy", f"{GIFTS}?q=PT-2026-0001"),
        ("thuquy", f"{GIFTS}/1"),
        ("thuquy", f"{GIFTS}/tim-nguoi?donor=minh+hoa"),
        ("thuquy", "/chien-dich"),
        ("thuquy", "/chien-dich/XD-U01"),
        ("thuquy", "/nha-hao-tam"),
        ("thuquy", "/nha-hao-tam?q=minh+hoa"),
        ("thuquy", "/nha-hao-tam/1"),
        ("thuquy", "/so-sach"),
        ("thuquy", "/so-sach/chung-tu"),
        ("thuquy", "/so-sach/chung-tu?xep=-tien"),
        ("thuquy", "/so-sach/nhat-ky"),
        ("thuquy", "/so-sach/kiem-quy"),
        ("thuquy", "/phe-duyet"),
        ("chutich", "/phe-duyet"),
        ("chutich", "/phe-duyet/so"),
        ("kiemtra", "/so-sach/nhat-ky-viec-lam"),
        ("thuquy", "/"),
        ("kiemtra", "/bao-cao"),
        ("kiemtra", "/bao-cao/U01/2026/chung-tu/received"),
        ("kiemtra", "/bao-cao/U01/2026/chung-tu/went?chien_dich=2"),
        (None, "/minh-bach"),
        (None, "/minh-bach/XD-U01"),
        (None, "/minh-bach/XD-U01?q=minh+hoa"),
        (None, "/minh-bach/XD-U01/bang-vang"),
    ],
)
def test_a_page_reads_short_ways_along_indexes(evening: Ward, signed_in, client, who, address):
    reader = signed_in(who) if who else client

    with plans() as told:
        assert reader.get(address).status_code == 200

    assert told.found
    assert told.costly() == [], "\n".join(told.costly())


@pytest.fixture
def used(given: Given) -> Given:
    """Gifts that became scholarships and bicycles, with what is left of them, and a donor who signs in."""
    bicycles = given.world.world.bicycles
    given.gift(2_500_000)
    given.gift(9_000_000, bicycles)
    given.bicycles(2)
    given.awards(people=[given.world.pupil(consents=AGREED), *given.world.pupils(1)])
    given.buy_bicycles(2)
    given.bicycles_handed_over(3)
    user = people.person("nhahaotam")
    with writing():
        users.link_donor(user, given.ward.hoa.id, by=people.person("admin"))
    return given


def test_what_became_of_gifts_is_found_along_indexes(used: Given, browser: Browser) -> None:
    link = used.link(db.session.scalars(select(Document).where(Document.kind == "gift")).first())
    addresses = [f"/tri-an/{link.private}", f"/chia-se/{link.shared}", "/khoan-ung-ho-cua-toi"]
    browser.sign_in("nhahaotam")

    for address in addresses:
        with plans() as told:
            browser.get(address)
        assert any("trace_takes" in statement for statement, _steps in told.found)
        assert told.costly() == []
