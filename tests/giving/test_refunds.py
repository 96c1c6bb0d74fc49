"""A gift is given back: only what is untouched of it, by three people, and it stays told wherever the gift is told."""

import pytest

from khuyenhoc.approvals import policies, registry, requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.giving import donations, donors, gift_papers, gift_rows, given_back, refunds
from khuyenhoc.giving.donation_tables import Donation
from khuyenhoc.giving.donors import Details
from khuyenhoc.giving.gift_list import Wanted
from khuyenhoc.ledger import balances, documents, payments
from khuyenhoc.ledger.refusals import NotEnough, StandsOnIt
from khuyenhoc.org import grants
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.proof.reconcile import statements
from khuyenhoc.tracing import earmarks, stories
from tests.giving.gift_world import Ward
from tests.giving.returning import approve, ask, give_back, holds, pay, request_of, void
from tests.support import approved, people
from tests.support.world import DAY, HA, make_world

MILLION = 1_000_000


def test_what_is_untouched_goes_back_when_three_people_have_done_their_part(ward: Ward) -> None:
    ward.give(2 * MILLION)
    gift = ward.give(MILLION)
    order = ask(ward, gift, 400_000)
    assert refunds.refundable(gift) == {ward.world.bicycles.id: 600_000}
    approve(ward, order)
    assert balances.available(ward.world.bicycles.id) == 3 * MILLION

    document = pay(ward, order)

    assert (document.label, document.kind, document.memo) == (
        "PC-2026-0001",
        "refund",
        f"Hoàn trả {gift.label}: Chuyển nhầm hai lần",
    )
    assert balances.available(ward.world.bicycles.id) == 2_600_000
    assert [(use.document_id, use.heading, use.amount) for use in stories.uses_of(gift.id)] == [
        (document.id, "refunded", 400_000)
    ]
    assert refunds.untouched(gift) == {ward.world.bicycles.id: 600_000}
    assert holds()


def test_by_the_bank_it_has_the_bank_s_series(ward: Ward) -> None:
    gift = ward.give(gift=ward.gift(ward.line(MILLION), method="bank"))

    assert give_back(ward, gift, MILLION, account=ward.world.bank).label == "UN-2026-0001"


def test_the_reconciliation_says_refunded_and_still_reconciles(ward: Ward) -> None:
    gift = ward.give(MILLION)
    give_back(ward, gift, 400_000)

    statement = next(one for one in statements([ward.world.bicycles.code]))
    assert statement.reconciled
    for side in (statement.ledger, statement.documents):
        assert (side.flows["received"], side.flows["refunded"]) == (MILLION, 400_000)
    assert statement.ledger.closing == 600_000


def test_more_than_is_untouched_is_not_asked(ward: Ward) -> None:
    gift = ward.give(MILLION)
    ward.give(5 * MILLION)
    ward.world.pay(300_000)  # takes the oldest: this gift's
    with pytest.raises(RuleBroken, match="chỉ còn 700.000") as no:
        ask(ward, gift, 700_001)
    assert no.value.field == "amount"
    ask(ward, gift, 500_000)

    with pytest.raises(RuleBroken, match="chỉ còn 200.000"):
        ask(ward, gift, 200_001)
    assert ask(ward, gift, 200_000)


def test_what_was_spent_meanwhile_is_neither_approved_nor_paid(ward: Ward) -> None:
    gift = ward.give(MILLION)
    ward.give(MILLION)
    first, second = ask(ward, gift, 400_000), ask(ward, gift, 500_000)
    approve(ward, first)
    ward.world.pay(300_000)

    with pytest.raises(RuleBroken, match="không hoàn trả"):
        approve(ward, second)
    assert second.state == "prepared"
    pay(ward, first)
    with writing():
        payments.cancel(second, reason="Đã dùng", by=ward.accountant)
    ward.world.pay(1)
    with pytest.raises(RuleBroken, match="chỉ còn 299.999"):
        ask(ward, gift, 300_000)
    third = ask(ward, gift, 299_999)
    approve(ward, third)
    ward.world.pay(1)
    with pytest.raises(RuleBroken, match="chỉ còn 299.998"):
        pay(ward, third)
    assert holds()


def test_goods_a_void_gift_and_one_whose_void_waits_do_not_go_back(ward: Ward) -> None:
    goods = ward.give(gift=ward.gift(ward.bicycles(1), method="in_kind"))
    with pytest.raises(RuleBroken, match="Hiện vật"):
        ask(ward, goods, 1_000)
    wrong = ward.give(MILLION)
    request = ward.ask_void(wrong)
    with pytest.raises(RuleBroken, match="đang chờ duyệt hủy"):
        ask(ward, wrong, 1_000)
    ward.approve(request)
    with pytest.raises(RuleBroken, match="đã hủy"):
        ask(ward, documents.get_document(wrong.id, fresh=True), 1_000)


def test_each_step_is_another_person_s(ward: Ward) -> None:
    gift = ward.give(MILLION)
    with writing():
        for role in ("chair", "treasurer"):
            grants.give(ward.accountant, role, ward.world.unit, by=COMMAND_LINE, starts=DAY)
        grants.give(ward.chair, "treasurer", ward.world.unit, by=COMMAND_LINE, starts=DAY)
    order = ask(ward, gift, 400_000)
    with pytest.raises(SamePerson):
        approve(ward, order, ward.accountant)
    approve(ward, order)

    for who in (ward.chair, ward.accountant):
        with pytest.raises(SamePerson):
            pay(ward, order, who)
    assert pay(ward, order)


def test_only_the_roles_named_and_only_of_this_unit(ward: Ward) -> None:
    gift = ward.give(MILLION)
    other = make_world("U06")
    for who in (
        ward.treasurer,
        ward.secretary,
        ward.chair,
        people.person("xa.ketoan", role="accountant", unit=other.unit),
    ):
        with pytest.raises(NotAllowed):
            ask(ward, gift, 1_000, by=who)
    with pytest.raises(NotFound):
        ask(ward, gift, 1_000, campaign=other.bicycles)
    with pytest.raises(NotFound):
        ask(ward, gift, 1_000, account=other.cash)
    order = ask(ward, gift, 1_000)
    for who in (ward.treasurer, ward.secretary, people.person("xa.chair", role="chair", unit=other.unit)):
        with pytest.raises(NotAllowed):
            approve(ward, order, who)


def test_what_has_gone_back_meanwhile_is_shown_again(ward: Ward) -> None:
    gift = ward.give(MILLION)
    order = ask(ward, gift, 100_000)
    request = request_of(order)
    shown = requests.fingerprint(request)
    give_back(ward, gift, 200_000)

    with writing():
        assert requests.approve(request, by=ward.chair, shown=shown) is Outcome.CHANGED
    facts = {fact.label: fact.value for fact in registry.get("refund").describe(request).facts}
    assert facts["Đã hoàn trả"] == "200.000\u00a0₫ (PC-2026-0001)"
    assert facts["Còn chưa dùng đến"] == "800.000\u00a0₫"


def test_two_halves_to_one_giver_need_the_higher_approval_however_the_name_is_written(ward: Ward) -> None:
    with writing():
        policies.add_policy(
            "refund", unit_id=0, from_amount=MILLION, roles=("chair", "vice_chair"), approvals_needed=2,
            valid_from=DAY, reason="Nghị quyết 4", by=HA,
        )  # fmt: skip
    first, second = ward.give(5 * MILLION), ward.give(MILLION)
    give_back(ward, first, 500_000)
    order = ask(ward, second, 500_000, person="Anh Trần Văn Con")

    assert approve(ward, order) is Outcome.NEEDS_MORE
    assert approve(ward, order, ward.vice_chair) is Outcome.DONE


def test_a_gift_given_back_is_not_voided_and_the_sentence_names_the_refund(ward: Ward) -> None:
    ward.give(5 * MILLION)
    gift = ward.give(MILLION)
    waiting = ward.ask_void(gift)
    with writing():
        requests.withdraw(waiting, by=ward.treasurer)
    order = ask(ward, gift, 400_000)
    with pytest.raises(StandsOnIt, match="đang có đề nghị hoàn trả 400.000"):
        ward.ask_void(gift)
    with pytest.raises(StandsOnIt, match="đang có đề nghị hoàn trả"):
        void(ward, gift)
    approve(ward, order)
    refund = pay(ward, order)

    with pytest.raises(StandsOnIt, match=f"đã hoàn trả 400.000.₫ bằng {refund.label}"):
        ward.ask_void(gift)
    with pytest.raises(StandsOnIt, match=refund.label):
        void(ward, gift)
    with pytest.raises(StandsOnIt, match=refund.label), writing():
        donations.void_and_record_again(
            gift, ward.gift(ward.line(MILLION + 1)), reason="Nhầm", by=ward.treasurer, approved_by=ward.chair
        )
    void(ward, refund)
    void(ward, gift)
    assert documents.get_document(gift.id, fresh=True).is_void
    assert holds()


def test_a_voided_refund_leaves_the_gift_whole_again(ward: Ward) -> None:
    gift = ward.give(MILLION)
    refund = give_back(ward, gift, MILLION)
    assert refunds.refundable(gift) == {}
    assert gift_rows.row(gift).look == "refunded"

    void(ward, refund)

    assert refunds.untouched(gift) == {ward.world.bicycles.id: MILLION}
    assert given_back.of([gift.id]) == {}
    assert gift_rows.row(gift).look == "recorded"
    assert give_back(ward, gift, MILLION).label == "PC-2026-0002"
    assert holds()


def test_a_restricted_gift_goes_back_by_its_own_đồng_and_its_binding_outlives_a_void(ward: Ward) -> None:
    bound = ward.give(gift=ward.gift(ward.line(MILLION), restriction="Chỉ cho lớp 9"))
    free = ward.give(MILLION)
    with writing():
        approved.bind(bound, 31, by=HA)
    refund = give_back(ward, bound, 400_000)

    assert [came.source_id for came in stories.sources_of(refund.id)] == [bound.id]
    assert refunds.untouched(free) == {ward.world.bicycles.id: MILLION}
    void(ward, refund)
    assert [one.purpose_id for one in earmarks.of(bound)] == [31]
    assert refunds.untouched(bound) == {ward.world.bicycles.id: MILLION}
    assert holds()


def test_what_was_moved_goes_back_from_where_it_lies_and_holds_the_transfer(ward: Ward) -> None:
    gift = ward.give(MILLION)
    general, bicycles = ward.world.general, ward.world.bicycles
    with writing():
        moved = approved.move(bicycles, general, ward.world.cash, 300_000, on=DAY, reason="Bù", by=ward.accountant)
    assert refunds.refundable(gift) == {bicycles.id: 700_000, general.id: 300_000}
    refund = give_back(ward, gift, 200_000, campaign=general)
    ward.give(gift=ward.gift(ward.line(5 * MILLION, general)))

    assert given_back.of([gift.id])[gift.id].of_campaign == {bicycles.id: 200_000}
    with pytest.raises(StandsOnIt, match=refund.label):
        void(ward, moved)
    void(ward, refund)
    void(ward, moved)
    assert holds()


def test_of_a_gift_to_two_campaigns_each_part_is_told_apart(ward: Ward) -> None:
    gift = ward.give(gift=ward.gift(ward.line(MILLION), ward.line(600_000, ward.world.general)))
    give_back(ward, gift, 600_000, campaign=ward.world.general)
    give_back(ward, gift, 100_000)

    back = given_back.of([gift.id])[gift.id]
    assert back.of_campaign == {ward.world.bicycles.id: 100_000, ward.world.general.id: 600_000}
    row = gift_rows.rows([gift], campaign_id=ward.world.general.id)[0]
    assert (row.look, row.refunded, row.kept) == ("partly_refunded", 600_000, 0)
    assert "Đã hoàn trả 600.000" in " ".join(row.notes)


def test_the_sum_of_a_narrowed_list_counts_what_it_shows(ward: Ward) -> None:
    cash = ward.give(MILLION)
    bank = ward.give(gift=ward.gift(ward.line(MILLION), method="bank", donor=ward.company))
    general = ward.give(gift=ward.gift(ward.line(MILLION, ward.world.general)))
    for gift, amount, more in (
        (cash, 100_000, {}),
        (bank, 20_000, {"account": ward.world.bank}),
        (general, 3_000, {"campaign": ward.world.general}),
    ):
        give_back(ward, gift, amount, **more)
    units = frozenset({ward.world.unit.id})
    sums = {
        "all": given_back.total(Wanted(units)),
        "bank": given_back.total(Wanted(units, method="bank")),
        "campaign": given_back.total(Wanted(units, campaign_id=ward.world.bicycles.id)),
        "hoa": given_back.total(Wanted(units, donor_ids=[ward.hoa.id])),
        "nobody": given_back.total(Wanted(units, donor_ids=[])),
        "yesterday": given_back.total(Wanted(units, ends=DAY.replace(day=14))),
        "elsewhere": given_back.total(Wanted(frozenset({make_world("U06").unit.id}))),
    }

    assert sums.pop("all") == 123_000
    assert sums == {"bank": 20_000, "campaign": 120_000, "hoa": 103_000, "nobody": 0, "yesterday": 0, "elsewhere": 0}


def test_nobody_is_thanked_on_paper_for_what_has_all_gone_back(ward: Ward) -> None:
    gift = ward.give(MILLION)
    give_back(ward, gift, MILLION)
    row = gift_rows.row(gift)

    for kind in gift_papers.THANKS:
        with pytest.raises(RuleBroken, match="đã hoàn trả hết"), writing():
            gift_papers.issue(row, by=ward.secretary, kind=kind)
    with writing():
        assert gift_papers.issue(row, by=ward.secretary).label == gift.label


def test_who_gave_without_a_name_gets_it_back_by_the_name_of_who_comes(ward: Ward) -> None:
    with writing():
        nobody = donors.create(Details(kind="unknown"), unit=ward.world.unit, by=ward.treasurer)
    gift = ward.give(gift=ward.gift(ward.line(MILLION), donor=nobody))
    with pytest.raises(RuleBroken) as no:
        ask(ward, gift, 1_000, person=" ")
    assert no.value.field == "person"
    assert ask(ward, gift, 1_000, person="Anh Trần Văn Con").payee_key == f"donor {nobody.id}"


def test_money_promised_to_others_does_not_go_back(ward: Ward) -> None:
    gift = ward.give(MILLION)
    ward.world.decide(700_000)
    order = ask(ward, gift, 400_000)

    with pytest.raises(NotEnough, match="300.000"):
        approve(ward, order)
    assert db.session.get_one(Donation, gift.id).document.state == "recorded"
