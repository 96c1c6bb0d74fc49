"""Consents: each purpose for itself, by the guardian and the child, for one school year, withdrawn with a word."""

from datetime import date, datetime

import pytest

from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.history import events
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.recipients import consents
from tests.recipients.recipient_world import MOTHER, again, agree, chapter, given, new_recipient


def refused(recipient, purposes="process", **more) -> str:
    with pytest.raises(RuleBroken) as no:
        agree(recipient, purposes, **more)
    return no.value.field or ""


def test_a_consent_holds_for_its_purpose_and_its_school_year(app):
    child = again(agree(new_recipient(), "process"))

    assert consents.covers(child, "process", date(2026, 8, 10))
    assert consents.covers(child, "process", date(2027, 5, 31))
    assert not consents.covers(child, "process", date(2026, 8, 9))
    assert not consents.covers(child, "process", date(2027, 6, 1))
    assert not consents.covers(child, "share_with_donor")
    assert child.consents[0].text_version == "2026-01"


def test_a_yes_of_spring_ends_with_that_school_year(app):
    child = agree(new_recipient(), "process", given_on=date(2026, 5, 31))

    assert child.consents[0].expires_on == date(2026, 5, 31)
    assert not consents.covers(child, "process")


def test_silence_and_strangers_are_no_consent(app):
    child = new_recipient()

    assert refused(child, given_by="") == "given_by"
    assert refused(child, given_by="Bác hàng xóm") == "given_by"
    assert refused(child, channel="") == "channel"
    assert refused(child, version="1999") == "version"
    assert refused(child, purposes="everything") == "purposes"
    assert refused(child, given_on=date(2026, 8, 16)) == "given_on"


def test_from_seven_years_the_child_says_yes_too(app):
    child = new_recipient()

    assert refused(child, child_agreed=False) == "child_agreed"


def test_below_seven_the_guardian_is_enough_until_the_seventh_birthday(app):
    little = new_recipient(birth_date=date(2019, 9, 1), class_name="1A", level="primary")
    agree(little, "share_with_donor", child_agreed=False)

    assert consents.covers(little, "share_with_donor", date(2026, 8, 31))
    assert not consents.covers(little, "share_with_donor", date(2026, 9, 1))


def test_where_only_the_year_is_known_the_child_is_asked(app):
    child = new_recipient(birth_date=None, birth_year=2019, class_name="1A", level="primary")

    assert refused(child, child_agreed=False) == "child_agreed"


def test_from_sixteen_years_one_agrees_for_oneself(app):
    grown = new_recipient(birth_date=date(2010, 8, 1), guardians=(), class_name="11B1", level="upper_secondary")
    agree(grown, "share_with_donor", given_by="Nguyễn Thị Thử Nghiệm", relation="", child_agreed=False)

    assert consents.covers(grown, "share_with_donor")
    assert grown.consents[0].relation == "bản thân"


def test_the_same_yes_is_not_written_twice_but_again_after_a_withdrawal(app):
    child = agree(new_recipient(), "process", "committee")

    assert refused(child, "committee") == "purposes"
    with writing():
        consents.withdraw(child, "committee", because="Mẹ nhắn tin", by=COMMAND_LINE)
    agree(child, "committee")

    assert consents.covers(child, "committee")


def test_a_withdrawal_counts_from_this_very_day_and_leaves_the_past_as_it_was(app):
    child = agree(new_recipient(), "process", "share_with_donor")

    with writing():
        consents.withdraw(child, "share_with_donor", because="Mẹ nhắn tin", by=COMMAND_LINE)

    assert not consents.covers(child, "share_with_donor")
    assert consents.covers(child, "share_with_donor", date(2026, 8, 14))
    assert consents.covers(child, "process")
    assert [event.action for event in events.of("recipients", child.id)][-2:] == ["consent.given", "consent.withdrawn"]


def test_who_withdraws_the_keeping_of_the_file_withdraws_all(app):
    child = agree(new_recipient(), "process", "committee", "publish_photo")

    with writing():
        consents.withdraw(child, "process", because="Đơn ngày 15/8", by=COMMAND_LINE)

    assert not any(consents.covers(child, purpose) for purpose in ("process", "committee", "publish_photo"))


def test_there_is_nothing_to_withdraw_twice_and_no_withdrawal_without_its_story(app):
    child = agree(new_recipient(), "process")

    for purposes, because in (("process", ""), ("committee", "Mẹ nhắn tin")):
        with pytest.raises(RuleBroken), writing():
            consents.withdraw(child, purposes, because=because, by=COMMAND_LINE)


def test_many_consents_are_given_at_once_by_the_same_rules(app):
    unit = chapter()
    children = [new_recipient(unit, full_name=f"Nguyễn Thử {n}") for n in "ABC"]

    with writing():
        several = [(child, ["process", "share_with_donor"], given()) for child in children]
        consents.give_many(several, unit_id=unit.id, by=COMMAND_LINE)

    assert consents.covered(children, "share_with_donor") == {child.id for child in children}
    with pytest.raises(RuleBroken), writing():
        consents.give_many([(children[0], ["committee"], given(given_by="Ai đó"))], unit_id=unit.id, by=COMMAND_LINE)


def test_next_year_one_asks_again(app, clock):
    child = agree(new_recipient(), "process")

    clock(datetime(2027, 6, 2, 9, 0, tzinfo=VIETNAM))
    assert not consents.covers(child, "process")
    agree(child, "process", given_on=date(2027, 6, 2))

    assert consents.covers(child, "process")
    assert MOTHER.full_name == child.consents[-1].given_by
