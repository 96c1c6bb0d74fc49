"""Recipients' cards: opened, many at once, changed; found as people type; the same person twice is noticed."""

import time
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.org import unit_changes
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.recipients import duplicates, identity, recipients, schools, search
from khuyenhoc.recipients.details import CircumstanceDetails, GuardianDetails, ResultDetails, of_card
from tests.recipients.recipient_world import MOTHER, again, card, chapter, new_recipient
from tests.support import html

NUMBER = "079 313 012345"
"""Of a girl born in 2013 in the city."""


def changed(recipient, **more):
    with writing():
        recipients.change(recipient, replace(of_card(recipient), **more), by=COMMAND_LINE)
    return again(recipient)


def test_a_card_is_stored_clean_and_told(app):
    child = again(
        new_recipient(full_name="  Nguyễn  Thị\x00 Thử Nghiệm ", phone="0900.000.111", address=" 1 Bến Nắng ")
    )

    assert (child.full_name, child.phone, child.address) == ("Nguyễn Thị Thử Nghiệm", "+84900000111", "1 Bến Nắng")
    assert child.school is not None
    assert child.school.name == "Trường THCS Sao Khuê Mẫu"
    assert (child.guardians[0].phone, child.results[0].average) == ("+84900000321", 825)
    assert [event.action for event in events.of("recipients", child.id)] == ["recipient.created"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "king"}, "kind"),
        ({"full_name": " – "}, "full_name"),
        ({"full_name": "x" * 151}, "full_name"),
        ({"birth_date": None}, "birth_date"),
        ({"birth_date": date(2026, 8, 16)}, "birth_date"),
        ({"birth_date": None, "birth_year": 1800}, "birth_year"),
        ({"gender": "x"}, "gender"),
        ({"honorific": "Ngài"}, "honorific"),
        ({"school": ""}, "school"),
        ({"class_name": ""}, "class_name"),
        ({"class_name": "x" * 21}, "class_name"),
        ({"level": None}, "level"),
        ({"level": "university"}, "level"),
        ({"guardians": ()}, "guardians"),
        ({"guardians": (GuardianDetails("", "mẹ"),)}, "guardians"),
        ({"guardians": (GuardianDetails("Phạm Thị Mẫu Đơn", ""),)}, "guardians"),
        ({"guardians": (GuardianDetails("Phạm Thị Mẫu Đơn", "mẹ", "12"),)}, "guardians"),
        ({"circumstances": (CircumstanceDetails("rich"),)}, "circumstances"),
        ({"circumstances": (CircumstanceDetails("other"),)}, "circumstances"),
        (
            {"circumstances": (CircumstanceDetails("poor", "", date(2026, 1, 2), date(2026, 1, 1)),)},
            "circumstances",
        ),
        ({"circumstances": (CircumstanceDetails("poor", evidence_id=99),)}, "circumstances"),
        ({"results": (ResultDetails("2025"),)}, "results"),
        ({"results": (ResultDetails("2025-2027"),)}, "results"),
        ({"results": (ResultDetails("2025-2026"), ResultDetails("2025–2026"))}, "results"),
        ({"results": (ResultDetails("2025-2026", average=1001),)}, "results"),
        ({"phone": "１２"}, "phone"),
        ({"bank_number": "123456789"}, "bank_name"),
        ({"bank_name": "BIDV"}, "bank_number"),
        ({"bank_name": "BIDV", "bank_number": "12a456"}, "bank_number"),
        ({"bank_name": "BIDV", "bank_number": "123456789"}, "bank_holder"),
        ({"identity": "123"}, "identity"),
        ({"identity": "07931301234x"}, "identity"),
        ({"identity": "079 913 012345"}, "identity"),
        ({"identity": "079 314 012345"}, "identity"),
        ({"identity": "079 213 012345"}, "identity"),
        ({"identity": "０７９３１３０１２３４５"}, "identity"),
    ],
)
def test_what_is_wrong_on_a_card_is_said_beside_its_field(app, wrong, field):
    with pytest.raises(RuleBroken) as no:
        new_recipient(**wrong)

    assert no.value.field == field


def test_members_teachers_and_groups_need_no_guardian_and_no_school(app):
    bare = {"guardians": (), "school": "", "class_name": "", "level": None, "results": (), "circumstances": ()}

    for kind in ("member", "teacher", "group"):
        assert new_recipient(kind=kind, birth_date=None, gender="", **bare).id
    student = {**bare, "school": "Đại học Sông Xanh", "birth_date": date(2006, 1, 1)}
    assert new_recipient(kind="student", **student).id


def test_a_closed_unit_opens_no_cards(app):
    unit = chapter()
    with writing():
        unit_changes.close(unit, on=date(2025, 6, 30), by=COMMAND_LINE, reason="Nhập vào chi hội khác")

    with pytest.raises(RuleBroken):
        new_recipient(unit)


def test_the_same_form_twice_opens_one_card(app):
    unit = chapter()

    def send(**more):
        with writing():
            return recipients.create(card(**more), unit=unit, by=COMMAND_LINE, key="one-time-key")

    assert send().id == send().id
    with pytest.raises(AlreadyRecorded):
        send(full_name="Ai Khác")


def test_a_change_tells_which_parts_changed_and_not_what_they_say(app):
    child = changed(
        new_recipient(),
        class_name="8A2",
        guardians=(MOTHER, GuardianDetails("Nguyễn Văn Ông Ngoại", "ông")),
        results=(ResultDetails("2024–2025", "Khá"), ResultDetails("2025–2026", "Tốt", "Tốt", 900)),
        identity=NUMBER,
    )

    assert [g.full_name for g in child.guardians] == ["Phạm Thị Mẫu Đơn", "Nguyễn Văn Ông Ngoại"]
    assert [(r.school_year, r.average) for r in child.results] == [("2024–2025", None), ("2025–2026", 900)]
    told = events.of("recipients", child.id)[-1]
    assert told.action == "recipient.changed"
    assert '"class_name"' in told.details
    assert "Ông Ngoại" not in told.details
    assert html.found(["8A2"], told.details) == []


def test_saving_an_unchanged_card_leaves_no_trace(app):
    child = new_recipient(identity=NUMBER)

    changed(child, identity=NUMBER)

    assert len(events.of("recipients", child.id)) == 1


def test_rows_of_a_card_go_and_move_up(app):
    child = new_recipient(guardians=(MOTHER, GuardianDetails("Nguyễn Văn Cha", "cha")))

    child = changed(child, guardians=(GuardianDetails("Nguyễn Văn Cha", "cha"),), results=())

    assert [(g.position, g.full_name) for g in child.guardians] == [(1, "Nguyễn Văn Cha")]
    assert child.results == []


def test_a_child_moves_to_another_chapter(app):
    child, other = new_recipient(), chapter("C12")

    with writing():
        recipients.change(child, of_card(child), unit=other, by=COMMAND_LINE)

    assert again(child).unit_id == other.id


def test_an_identity_number_is_nowhere_to_be_read(app):
    child = again(new_recipient(identity=NUMBER))

    assert child.identity_tail == "2345"
    assert identity.masked(child.identity_tail) == "•••• •••• 2345"
    assert identity.opened(child) == "079313012345"
    stored = db.session.execute(text("SELECT * FROM recipients")).all()
    told = db.session.execute(text("SELECT content, details FROM history")).all()
    assert "079313012345" not in str(stored) + str(told)


def test_another_secret_opens_no_number(app, monkeypatch):
    child = new_recipient(identity=NUMBER)

    monkeypatch.setattr(identity.instance, "secret", lambda: "x" * 40)

    with pytest.raises(RuleBroken):
        identity.opened(child)
    assert identity.digest("079313012345") != child.identity_digest


def test_an_identity_number_can_be_taken_off(app):
    child = changed(new_recipient(identity=NUMBER), identity="")

    assert (child.identity_sealed, child.identity_digest, child.identity_tail) == ("", "", "")


def test_a_school_is_named_once_however_it_is_typed(app):
    first = new_recipient().school
    same = new_recipient(school="truong thcs sao khue mau").school
    other = new_recipient(school="Trường THCS Sao Khuê").school

    assert first is not None
    assert same is not None
    assert other is not None
    assert first.id == same.id != other.id
    assert [school.name for school in schools.all_schools()] == ["Trường THCS Sao Khuê", "Trường THCS Sao Khuê Mẫu"]


@pytest.mark.parametrize(
    "typed", ["thu nghiem", "Nghiệm thử", "NGUYỄN thị", "0321", "0900 000 321", "000.321", "nguyen t"]
)
def test_a_child_is_found_however_typed(app, typed):
    child = new_recipient()

    assert search.found(typed, [child.unit_id]) == [child]


@pytest.mark.parametrize("typed", ["", "%", "_", "' OR 1=1 --", "\x00", "~", "~123", "nghiệm lê", "９", "\ud800", "12"])
def test_what_fits_nobody_finds_nobody(app, typed):
    assert search.found(typed, [new_recipient().unit_id]) == []


def test_exact_accents_come_first_and_foreign_children_not_at_all(app):
    dung = new_recipient(full_name="Nguyễn Phương Dung")
    brave = new_recipient(full_name="Nguyễn Tiến Dũng")
    new_recipient(chapter("C12"), full_name="Lê Dũng")

    assert search.found("dung", [dung.unit_id]) == [dung, brave]
    assert search.found("Dũng", [dung.unit_id]) == [brave, dung]


def test_a_changed_name_is_found_by_its_new_words_only(app):
    child = changed(new_recipient(), full_name="Nguyễn Thị Kiểm Chứng")

    assert search.found("kiểm chứng", [child.unit_id]) == [child]
    assert search.found("thử nghiệm", [child.unit_id]) == []


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        (
            {"full_name": "nguyen thi thu nghiem", "guardians": ()},
            ("trùng họ tên và ngày sinh", "trùng họ tên và trường"),
        ),
        ({"full_name": "Ai Khác", "identity": NUMBER, "guardians": ()}, ("trùng số định danh",)),
        ({"full_name": "Nguyễn Em Trai"}, ("trùng số điện thoại người giám hộ",)),
    ],
)
def test_the_same_child_in_another_unit_is_noticed(app, typed, because):
    child = new_recipient(chapter("C12"), identity=NUMBER)

    (like,) = duplicates.like(card(**typed))

    assert (like.recipient, like.because) == (child, because)
    assert not like.is_of([chapter().id])
    assert duplicates.like(card(**typed), but=child.id) == []


def test_a_card_that_stands_is_compared_too(app):
    first, second = new_recipient(identity=NUMBER), new_recipient(chapter("C12"), identity=NUMBER)

    (like,) = duplicates.like_card(second)

    assert like.recipient == first
    assert "trùng số định danh" in like.because
    assert duplicates.like(card(full_name="Lê Khác", school="Trường khác", guardians=(), identity="12")) == []


def test_many_cards_are_opened_in_a_few_seconds(app):
    unit, cards = chapter(), [card(full_name=f"Nguyễn Thị Số {n}", class_name=f"7A{n % 9}") for n in range(1_500)]

    began = time.process_time()
    with writing():
        made = recipients.create_many(cards, unit=unit, by=COMMAND_LINE)

    assert time.process_time() - began < 8
    assert len({one.id for one in made}) == 1_500
    assert search.found("số 1499", [unit.id])[0].full_name == "Nguyễn Thị Số 1499"
    with pytest.raises(RuleBroken), writing():
        recipients.create_many([card(), card(school="")], unit=unit, by=COMMAND_LINE)
