"""A document is voided and a month closed only when a second person has seen what is shown."""

import datetime
from collections.abc import Callable

import pytest

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.registry import Fact, get
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.funds.closing import what_is_open
from khuyenhoc.ledger import approvables, balances, documents, open_work, period_approvals, periods
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.periods import month_index
from khuyenhoc.org.users import User
from tests.support import people
from tests.support.world import DAY, World

JULY = month_index(datetime.date(2026, 7, 1))
IN_JULY = datetime.date(2026, 7, 20)


@pytest.fixture
def keeper(ward: World) -> User:
    """The ward's accountant."""
    return people.person("ward.ketoan", role="accountant", unit=ward.unit)


@pytest.fixture
def head(ward: World) -> User:
    """The ward's chair."""
    return people.person("ward.chutich", role="chair", unit=ward.unit)


def ask_void(document: Document, by: User, reason: str = "Gõ hai lần") -> Request:
    with writing():
        return approvables.ask_void(document, by=by, reason=reason)


def approve(request: Request, by: User) -> Outcome:
    with writing():
        return requests.approve(request, by=by, shown=requests.fingerprint(request))


def test_a_document_is_voided_when_the_chair_approves(ward: World, keeper: User, head: User) -> None:
    gift = ward.gift(500_000)
    request = ask_void(gift, keeper)
    shown = get("document.void").describe(request)
    assert shown.amount == 500_000
    assert Fact("Chiến dịch", "Xe đạp đến trường: Tiền mặt tại quỹ, 500.000\xa0₫") in shown.facts

    assert approve(request, head) is Outcome.DONE

    assert documents.get_document(gift.id).is_void
    assert balances.available(ward.bicycles.id) == 0


def test_neither_asker_nor_recorder_nor_stranger_approves(ward: World, keeper: User, head: User) -> None:
    with writing():
        mine = documents.post(
            documents.Draft(
                "gift", ward.unit.id, "PT", DAY, "x", [ward.line(ward.cash, "received", 1_000)], "by-the-head", 1_000
            ),
            by=head,
        )
    request = ask_void(mine, keeper)

    with pytest.raises(SamePerson):
        approve(request, keeper)
    with pytest.raises(SamePerson):
        approve(request, head)
    with pytest.raises(NotAllowed):
        approve(request, people.person("chutich"))

    assert not documents.get_document(mine.id).is_void


def in_two_offices(ward: World) -> User:
    """Somebody who asks and approves."""
    both = people.person("ward.haiviec", role="accountant", unit=ward.unit)
    people.grant(both, "vice_chair", ward.unit)
    return both


def test_who_asked_and_was_sent_back_does_not_approve_what_another_asks_anew(
    ward: World, keeper: User, head: User
) -> None:
    gift, asker = ward.gift(500_000), in_two_offices(ward)
    returned = ask_void(gift, asker)
    with writing():
        requests.send_back(returned, by=head, reason="Ghi rõ vì sao")
    anew = ask_void(gift, keeper, "Gõ hai lần, khách nói")

    with pytest.raises(SamePerson, match="đã đề nghị việc này"):
        approve(anew, asker)
    assert approve(anew, head) is Outcome.DONE


def test_what_was_withdrawn_was_not_asked(ward: World, keeper: User) -> None:
    gift, asker = ward.gift(500_000), in_two_offices(ward)
    with writing():
        requests.withdraw(ask_void(gift, asker), by=asker)
    anew = ask_void(gift, keeper)

    assert approve(anew, asker) is Outcome.DONE


def test_what_was_acknowledged_meanwhile_is_shown_again(ward: World, keeper: User, head: User) -> None:
    gift = ward.gift(500_000)
    request = ask_void(gift, keeper)
    shown = requests.fingerprint(request)
    with writing():
        documents.acknowledge(gift, by=keeper, how="printed")

    with writing():
        outcome = requests.approve(request, by=head, shown=shown)

    assert outcome is Outcome.CHANGED
    assert not documents.get_document(gift.id).is_void


def test_a_void_needs_a_reason_and_is_asked_once(ward: World, keeper: User) -> None:
    gift = ward.gift(500_000)
    with pytest.raises(RuleBroken, match="lý do"):
        ask_void(gift, keeper, " ")
    request = ask_void(gift, keeper)

    assert ask_void(gift, keeper).id == request.id
    with pytest.raises(RuleBroken, match="chờ duyệt"):
        ask_void(gift, keeper, "Một lý do khác")
    ward.void(gift)
    with pytest.raises(RuleBroken, match="đã hủy"):
        ask_void(gift, keeper, "Một lý do khác")


def test_void_and_record_again_is_the_features_own_deed(
    ward: World, keeper: User, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str, str]] = []

    def again(document: Document, request: Request, /, *, asked_by: User, by: User) -> None:
        seen.append((document.label, request.data["again"]["amount"], asked_by.signature))

    monkeypatch.setattr(approvables, "_again", {})
    approvables.register_again("gift", again, lambda _document, request: [Fact("Mới", request.data["again"]["amount"])])  # type: ignore[arg-type]
    gift = ward.gift(500_000)
    with writing():
        request = approvables.ask_void(gift, by=keeper, reason="Nhầm", again={"amount": "5"})
    assert Fact("Mới", "5") in get("document.void").describe(request).facts
    approve(request, head)

    assert seen == [(gift.label, "5", keeper.signature)]


def test_a_campaign_with_money_goods_or_a_void_waiting_does_not_close(ward: World, keeper: User) -> None:
    gift = ward.gift(500_000)
    ward.bicycles_given(2)
    ward.decide(100_000)
    ward.reserve(1)
    ask_void(gift, keeper)

    said = " ".join(what_is_open(ward.bicycles))

    for what in ("500.000\xa0₫ tiền mặt", "2 chiếc xe đạp 24 inch trong kho", "1 chiếc", "100.000\xa0₫ tiền đã quyết"):
        assert what in said
    assert gift.label in said
    assert what_is_open(ward.general) == []


def test_a_month_is_closed_in_its_turn_by_two_people(ward: World, keeper: User, head: User) -> None:
    ward.gift(500_000, on=IN_JULY)
    with writing():
        request = period_approvals.ask_to_close(ward.unit.id, JULY, by=keeper)
    with pytest.raises(SamePerson):
        approve(request, keeper)

    approve(request, head)

    assert periods.is_closed(ward.unit.id, IN_JULY)
    with pytest.raises(RuleBroken, match="khóa"):
        ward.gift(1_000, on=IN_JULY)


def test_a_month_that_changed_since_asking_is_shown_again(ward: World, keeper: User, head: User) -> None:
    ward.gift(500_000, on=IN_JULY)
    with writing():
        request = period_approvals.ask_to_close(ward.unit.id, JULY, by=keeper)
    shown = requests.fingerprint(request)
    ward.gift(1_000, on=IN_JULY)

    with writing():
        assert requests.approve(request, by=head, shown=shown) is Outcome.CHANGED
    assert not periods.is_closed(ward.unit.id, IN_JULY)


def test_what_waits_in_a_month_keeps_it_open(
    ward: World, keeper: User, head: User, clock: Callable[[datetime.datetime], None]
) -> None:
    gift = ward.gift(500_000, on=IN_JULY)
    clock(datetime.datetime(2026, 7, 25, 9, tzinfo=datetime.UTC))
    waiting = ask_void(gift, keeper)
    clock(datetime.datetime(2026, 8, 15, 9, tzinfo=datetime.UTC))

    with pytest.raises(RuleBroken, match=gift.label), writing():
        period_approvals.ask_to_close(ward.unit.id, JULY, by=keeper)
    with writing():
        requests.send_back(waiting, by=head, reason="Không đúng")

    assert open_work.open_in_month(ward.unit.id, JULY) == []


def test_only_the_turn_is_closed_and_only_the_last_reopened(ward: World, keeper: User, head: User) -> None:
    ward.gift(500_000, on=datetime.date(2026, 6, 1))
    ward.gift(500_000, on=IN_JULY)

    with pytest.raises(RuleBroken, match="đến lượt tháng 6/2026"), writing():
        period_approvals.ask_to_close(ward.unit.id, JULY, by=keeper)
    for index in (JULY - 1, JULY):
        with writing():
            request = period_approvals.ask_to_close(ward.unit.id, index, by=keeper)
        approve(request, head)
    with pytest.raises(RuleBroken, match="chưa hết"), writing():
        period_approvals.ask_to_close(ward.unit.id, JULY + 1, by=keeper)
    with pytest.raises(RuleBroken, match="sau cùng"), writing():
        period_approvals.ask_to_reopen(ward.unit.id, JULY - 1, by=keeper, reason="Sót")

    with writing():
        request = period_approvals.ask_to_reopen(ward.unit.id, JULY, by=keeper, reason="Sót một phiếu")
    approve(request, head)

    assert not periods.is_closed(ward.unit.id, IN_JULY)
    db.session.rollback()
