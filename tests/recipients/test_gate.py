"""The minors' gate: without consent nothing but counts, and counts that give nobody away."""

from datetime import date

import pytest
from sqlalchemy import select

from khuyenhoc.core.database import writing
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.recipients import consents, gate
from khuyenhoc.recipients.gate import counts
from khuyenhoc.recipients.recipient_tables import Recipient
from tests.recipients.recipient_world import agree, new_recipient


def test_without_consent_a_donor_learns_not_even_initials(app):
    child = new_recipient()

    assert gate.name_for_donor(child) == ""
    assert gate.name_in_publication(child) == gate.school_in_publication(child) == ""
    assert not gate.may_show_photo(child)


def test_with_consent_a_donor_learns_initials_and_level_and_nothing_else(app):
    child = agree(new_recipient(), "share_with_donor")

    assert gate.name_for_donor(child) == "N.T.T.N., THCS"
    assert gate.name_in_publication(child) == ""


def test_each_purpose_opens_its_own_door_only(app):
    child = agree(new_recipient(), "publish_name")

    assert gate.name_in_publication(child) == "Nguyễn Thị Thử Nghiệm"
    assert gate.school_in_publication(child) == "Trường THCS Sao Khuê Mẫu, lớp 7A2"
    assert gate.name_for_donor(child) == ""
    assert not gate.may_show_photo(child)


def test_a_withdrawn_consent_closes_every_door_at_once(app):
    child = agree(new_recipient(), "process", "share_with_donor", "publish_name", "publish_photo")

    with writing():
        consents.withdraw(child, "process", because="Mẹ gọi điện", by=COMMAND_LINE)

    assert gate.name_for_donor(child) == gate.name_in_publication(child) == ""
    assert not gate.may_show_photo(child)


def test_when_the_school_year_is_over_only_counts_are_left(app):
    child = agree(new_recipient(), "share_with_donor")

    assert gate.name_for_donor(child, date(2027, 5, 31))
    assert not gate.name_for_donor(child, date(2027, 6, 1))


def test_of_many_only_those_who_agreed_are_named(app):
    silent = new_recipient(full_name="Lê Văn Im Lặng")
    willing = agree(new_recipient(), "share_with_donor")

    assert gate.names_for_donor([silent, willing]) == ["N.T.T.N., THCS"]


def test_a_group_has_no_initials(app):
    team = agree(
        new_recipient(kind="group", full_name="Đội tuyển Văn", guardians=(), results=(), circumstances=()),
        "share_with_donor",
        given_by="Cô Chủ Nhiệm",
        relation="giáo viên",
    )

    assert gate.name_for_donor(team) == "Tập thể, THCS"


@pytest.mark.parametrize(
    ("cells", "rows", "others"),
    [
        ({"A": 20, "B": 7}, {"A": 20, "B": 7}, 0),
        ({"A": 20, "B": 7, "C": 0}, {"A": 20, "B": 7}, 0),
        ({"A": 20, "B": 7, "C": 4}, {"A": 20}, 11),  # C alone would be the rest: B goes with it
        ({"A": 20, "B": 9, "C": 3, "D": 4}, {"A": 20, "B": 9}, 7),
        ({"A": 20, "B": 9, "C": 2, "D": 2}, {"A": 20}, 13),  # two and two are four: fewer than five
        ({"A": 20, "B": 9, "C": 4, "D": 4}, {"A": 20}, 17),  # eight in two small groups: four each
        ({"A": 20, "B": 9, "C": 1, "D": 1, "E": 1, "F": 1, "G": 1}, {"A": 20}, 14),  # five in five: one each
        ({"A": 20, "C": 3}, {}, 23),
        ({"A": 3, "B": 1}, {}, 4),
        ({"A": 4}, {}, 4),
        ({"A": 5}, {"A": 5}, 0),
        ({}, {}, 0),
    ],
)
def test_no_small_group_is_named_and_none_can_be_found_from_the_total(cells, rows, others):
    shown = counts(cells)

    assert (dict(shown.rows), shown.others) == (rows, others)
    assert shown.total == sum(cells.values())


def test_whatever_the_numbers_nobody_can_tell_a_small_group(app):
    for a in range(9):
        for b in range(9):
            for c in range(9):
                cells = {"A": a, "B": b, "C": c}
                shown = counts(cells)
                assert all(count >= 5 for _key, count in shown.rows)
                unnamed = [n for name, n in cells.items() if n and name not in dict(shown.rows)]
                assert len(unnamed) != 1 or not shown.rows
                assert not shown.rows or shown.others == 0 or shown.others >= 5


def test_who_pays_sees_whom_and_not_why():
    paying, deciding = gate.parts_for({"treasurer"}), gate.parts_for({"secretary"})

    assert {"name", "school", "contact", "bank"} == paying
    assert paying < deciding == gate.PARTS.keys()
    assert gate.parts_for({"reporter", "donor", "administrator"}) == frozenset()


@pytest.mark.parametrize(
    ("pupils", "students", "rows", "others"),
    [
        (6, 0, {"Học sinh THCS": 6}, 0),
        (6, 5, {"Học sinh THCS": 6, "Sinh viên": 5}, 0),
    ],
)
def test_kinds_of_five_and_more_are_named(app, pupils, students, rows, others):
    assert by_kind(pupils, students, 0) == (rows, others)


@pytest.mark.parametrize(
    ("pupils", "students", "rows", "others"),
    [
        (6, 0, {}, 7),  # one team alone would be the rest of the pupils
        (7, 6, {"Học sinh THCS": 7}, 7),  # and of pupils and students
        (7, 4, {"Học sinh THCS": 7}, 5),
    ],
)
def test_one_team_among_the_kinds_is_not_named_nor_told_by_the_rest(app, pupils, students, rows, others):
    assert by_kind(pupils, students, 1) == (rows, others)


def by_kind(pupils, students, teams):
    """The breakdown of so many of each."""
    bare = {"guardians": (), "results": (), "circumstances": ()}
    made = [new_recipient(full_name=f"Lê Văn {n}") for n in range(pupils)]
    made += [new_recipient(full_name=f"Lý Văn {n}", kind="student", level="") for n in range(students)]
    made += [new_recipient(full_name=f"Đội {n}", kind="group", level="", **bare) for n in range(teams)]
    people = select(Recipient.id.label("recipient_id")).where(Recipient.id.in_([one.id for one in made])).subquery()
    found = gate.counts_by_kind(people)
    return dict(found.rows), found.others
