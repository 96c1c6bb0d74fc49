"""A gift arrives: one document, one entry, one number, whatever it holds."""

import datetime
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from khuyenhoc.core import journeys
from khuyenhoc.core.database import db, is_sqlite, scalar, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotFound, RuleBroken
from khuyenhoc.core.straight import Straight
from khuyenhoc.giving import donations
from khuyenhoc.giving.donation_tables import DonationShare, GiftDay
from khuyenhoc.giving.donations import Gift, GiftLine
from khuyenhoc.ledger import balances, documents
from khuyenhoc.ledger.refusals import StandsOnIt
from tests.giving.gift_world import YESTERDAY, Ward
from tests.support.world import DAY, make_world


def test_a_gift_in_cash_is_in_the_box_with_number_and_memo(ward: Ward) -> None:
    gift = ward.give(2_000_000)

    assert gift.label == "PT-2026-0001"
    assert gift.memo == "Bà Trần Thị Minh Họa ủng hộ Xe đạp đến trường"
    assert balances.held_by(ward.world.bicycles.id, "cash") == 2_000_000
    assert donations.get_donation(gift.id).donor_id == ward.hoa.id


def test_one_gift_for_two_campaigns_is_one_number_and_one_entry(ward: Ward) -> None:
    lines = [ward.line(3_000_000), ward.line(1_000_000, ward.world.general)]

    gift = ward.give(gift=ward.gift(*lines, method="bank", bank_reference="FT26227000001"))

    assert (gift.label, gift.amount, gift.entry_number) == ("NH-2026-0001", 4_000_000, 1)
    assert balances.available(ward.world.bicycles.id) == 3_000_000
    assert balances.available(ward.world.general.id) == 1_000_000


def test_goods_go_to_the_store_at_their_stated_value(ward: Ward) -> None:
    gift = ward.give(gift=ward.gift(ward.bicycles(8, 2_000_000), method="in_kind", donor=ward.company))

    assert (gift.label, gift.amount) == ("HV-2026-0001", 16_000_000)
    stock = [s for s in balances.of_campaign(ward.world.bicycles.id) if s.kind == "stock"]
    assert [(s.quantity, s.amount) for s in stock] == [(8, 16_000_000)]


def test_the_same_key_again_is_the_same_gift(ward: Ward) -> None:
    first = ward.give(500_000, key="form-key-1")

    assert ward.give(500_000, key="form-key-1").id == first.id
    with pytest.raises(AlreadyRecorded):
        ward.give(600_000, key="form-key-1")
    assert balances.available(ward.world.bicycles.id) == 500_000


@pytest.mark.parametrize(
    "wrong, field",
    [
        (lambda w: w.gift(), "lines"),
        (lambda w: w.gift(w.line(0)), "amount"),
        (lambda w: w.gift(w.line(-5)), "amount"),
        (lambda w: w.gift(w.line(10**12)), "amount"),
        (lambda w: w.gift(w.line(1000), w.line(2000)), "lines"),
        (lambda w: w.gift(w.line(1000), method="cheque"), "method"),
        (lambda w: w.gift(w.line(1000), method="in_kind"), "method"),
        (lambda w: w.gift(w.bicycles(1)), "method"),
        (lambda w: w.gift(w.bicycles(0), method="in_kind"), "quantity"),
        (lambda w: w.gift(w.bicycles(10**7), method="in_kind"), "quantity"),
        (lambda w: w.gift(w.bicycles(1, 0), method="in_kind"), "amount"),
        (lambda w: w.gift(w.line(1000), account=None), "account"),
        (lambda w: w.gift(w.line(1000), account=w.world.bank), "account"),
        (lambda w: w.gift(w.bicycles(1), method="in_kind", account=w.world.cash), "account"),
        (lambda w: w.gift(w.line(1000), bank_reference="FT1"), "bank_reference"),
        (lambda w: w.gift(w.line(1000), method="bank", bank_reference="F" * 65), "bank_reference"),
        (lambda w: w.gift(w.line(1000), restriction="x" * 2001), "restriction"),
        (lambda w: w.gift(w.line(1000), note="x" * 2001), "note"),
        (lambda w: w.gift(w.line(1000), on=DAY + datetime.timedelta(days=1)), "date"),
        (lambda w: w.gift(w.line(1000), on=datetime.date(2021, 12, 31)), "date"),
        (lambda w: w.gift(*[w.line(n + 1) for n in range(31)]), "lines"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(ward: Ward, wrong: Callable[[Ward], Gift], field: str) -> None:
    with pytest.raises(RuleBroken) as no:
        ward.give(gift=wrong(ward))

    assert no.value.field == field
    assert scalar("SELECT count(*) FROM documents") == 0


def test_a_gift_keeps_to_the_books_of_one_unit(ward: Ward) -> None:
    other = make_world("U09")

    with pytest.raises(RuleBroken, match="cùng một đơn vị"):
        ward.give(gift=ward.gift(ward.line(1000), GiftLine(other.bicycles, 1000)))
    with pytest.raises(NotFound):
        ward.give(gift=ward.gift(ward.line(1000), account=other.cash))


def test_kept_totals_count_live_gifts_per_day_method_and_campaign(ward: Ward) -> None:
    ward.give(gift=ward.gift(ward.line(300_000), ward.line(200_000, ward.world.general)))
    ward.give(100_000)
    mistaken = ward.give(gift=ward.gift(ward.line(50_000), on=YESTERDAY))
    with writing():
        donations.void(mistaken, reason="Gõ nhầm", by=ward.treasurer, approved_by=ward.chair)

    rows = db.session.scalars(select(GiftDay).order_by(GiftDay.campaign_id, GiftDay.day))
    kept = {(row.campaign_id, row.day): (row.gifts, row.amount) for row in rows}
    assert kept[0, DAY] == (2, 600_000)
    assert kept[ward.world.bicycles.id, DAY] == (2, 400_000)
    assert kept[ward.world.general.id, DAY] == (1, 200_000)
    assert kept[0, YESTERDAY] == kept[ward.world.bicycles.id, YESTERDAY] == (0, 0)


def test_what_was_written_of_a_gift_is_never_changed(ward: Ward) -> None:
    ward.give(500_000)

    for sql in (
        "UPDATE donations SET donor_id = 99",
        "DELETE FROM donations",
        "UPDATE donation_shares SET amount = 1",
        "DELETE FROM donation_shares",
    ):
        with pytest.raises(DBAPIError, match="append_only"), writing():
            scalar(f"{sql} RETURNING 1")
    assert db.session.scalar(select(DonationShare.amount)) == 500_000


def test_void_and_again_counts_only_the_difference(ward: Ward) -> None:
    gift = ward.give(5_000_000)
    ward.world.pay(3_000_000)

    with pytest.raises(StandsOnIt), writing():
        donations.void(gift, reason="Nhầm", by=ward.treasurer, approved_by=ward.chair)
    with writing():
        again = donations.void_and_record_again(
            gift, ward.gift(ward.line(4_000_000)), reason="Nhầm", by=ward.treasurer, approved_by=ward.chair
        )

    assert balances.available(ward.world.bicycles.id) == 1_000_000
    assert (again.label, again.replaces_id) == ("PT-2026-0002", gift.id)
    assert documents.get_document(gift.id, fresh=True).is_void
    assert donations.replaced_by([gift.id]) == {gift.id: again}


def test_void_and_again_is_refused_whole_when_the_new_gift_does_not_reach(ward: Ward) -> None:
    gift = ward.give(5_000_000)
    ward.world.pay(3_000_000)

    with pytest.raises(StandsOnIt), writing():
        donations.void_and_record_again(
            gift, ward.gift(ward.line(2_999_999)), reason="Nhầm", by=ward.treasurer, approved_by=ward.chair
        )

    assert not documents.get_document(gift.id, fresh=True).is_void
    assert scalar("SELECT count(*) FROM documents WHERE kind = 'gift'") == 1


def test_a_bank_reference_already_recorded_is_found(ward: Ward) -> None:
    gift = ward.give(gift=ward.gift(ward.line(1_000_000), method="bank", bank_reference="FT26227"))

    assert donations.with_reference(ward.world.unit.id, " FT26227 ") == gift
    assert donations.with_reference(ward.world.unit.id, "FT26228") is None
    assert donations.with_reference(ward.world.unit.id, "") is None


def test_a_gift_goes_on_three_journeys(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it looks at; what it finds under the unit's lock; and what it writes, with the COMMIT and the disk."""
    begun = []

    class Counted(journeys._Journey):
        """A journey that is counted."""

        def __init__(self, way: Straight) -> None:
            begun.append(way)
            super().__init__(way)

    monkeypatch.setattr(journeys, "_Journey", Counted)
    gift = ward.gift(ward.line(1_000))
    begun.clear()
    ward.give(gift=gift)

    assert len(begun) == (0 if is_sqlite() else 3)
