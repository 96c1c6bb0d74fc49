"""Roles are granted on a unit with dates, reach what lies below, and are gone at once when taken away."""

from datetime import date

import pytest

from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.org import administration, grants, unit_changes
from khuyenhoc.org.permissions import PERMISSIONS, ROLES, permissions_of
from khuyenhoc.org.users import COMMAND_LINE
from tests.org.conftest import employ, found


def test_a_role_reaches_everything_below_and_nothing_beside(ba_ha, ben_nang, khu_pho_1, cau_may):
    assert grants.roles_by_unit(ba_ha) == {ben_nang.id: {"treasurer"}, khu_pho_1.id: {"treasurer"}}
    assert grants.can(ba_ha, "gift.record", khu_pho_1.id)
    assert not grants.can(ba_ha, "gift.record", cau_may.id)
    assert not grants.can(ba_ha, "period.ask", ben_nang.id)


def test_a_role_on_a_chapter_does_not_reach_up(khu_pho_1, ben_nang):
    chi_lan = employ("chihoi", "Mai Lan", "Chị", ("nominator", khu_pho_1))

    assert set(grants.roles_by_unit(chi_lan)) == {khu_pho_1.id}


def test_a_role_holds_from_its_first_to_its_last_day(ba_ha, ben_nang, clock):
    with writing():
        grants.give(ba_ha, "accountant", ben_nang, starts=date(2026, 9, 1), ends=date(2026, 9, 30), by=COMMAND_LINE)

    def holds(day):
        clock(f"{day}T12:00:00+07:00")
        return "accountant" in grants.roles_by_unit(ba_ha)[ben_nang.id]

    assert [holds(day) for day in ("2026-08-31", "2026-09-01", "2026-09-30", "2026-10-01")] == [
        False,
        True,
        True,
        False,
    ]


def test_a_role_taken_away_is_gone_at_once(ba_ha, ben_nang, admin):
    (grant,) = grants.live_of(ba_ha)
    with writing():
        grants.take_away(grants.get_grant(grant.id), by=admin, reason="Hết nhiệm kỳ")

    assert grants.roles_by_unit(ba_ha) == {}
    assert events.of("users", ba_ha.id)[-1].reason == "Hết nhiệm kỳ"
    assert grants.of(ba_ha)[0].taken_by == "Anh Phan Văn Quản"
    with pytest.raises(RuleBroken), writing():
        grants.take_away(grants.get_grant(grant.id), by=admin)


def test_a_stopped_account_may_do_nothing(ba_ha, ben_nang, admin):
    with writing():
        administration.deactivate(ba_ha, by=admin, reason="Nghỉ việc")

    assert grants.units_with(ba_ha, "gift.see") == frozenset()
    assert not grants.can(ba_ha, "own.account", ben_nang.id)
    assert grants.holders("gift.record", ben_nang.id) == []


def test_the_officers_of_a_dissolved_unit_keep_its_books_and_no_living_ones(app):
    district = found("U01", "Hội Khuyến học quận Sông Xanh", date(2003, 5, 10), kind="district_association")
    ward = found("U02", "Hội Khuyến học Phường 1", date(2003, 9, 1), parent=district)
    chapter = found("U07", "Chi hội Khu phố 1", date(2004, 1, 10), kind="chapter_neighbourhood", parent=ward)
    new_ward = found("U05", "Hội Khuyến học phường Bến Nắng", date(2025, 7, 1))
    with writing():
        unit_changes.move(chapter, new_ward, on=date(2025, 7, 1), by=COMMAND_LINE)
        unit_changes.close(ward, on=date(2025, 6, 30), reason="Sáp nhập", by=COMMAND_LINE)
    chair = employ("chutich", "Lý Đình Đình", "Ông", ("chair", ward))

    assert set(grants.roles_by_unit(chair)) == {ward.id}
    assert set(grants.roles_by_unit(employ("ketoan", "Bùi An", "Cô", ("accountant", district)))) == {district.id}


def test_a_closed_district_still_reaches_the_closed_wards_of_its_last_day(app):
    district = found("U01", "Hội Khuyến học quận Sông Xanh", date(2003, 5, 10), kind="district_association")
    ward = found("U02", "Hội Khuyến học Phường 1", date(2003, 9, 1), parent=district)
    chapter = found("U07", "Chi hội Khu phố 1", date(2004, 1, 10), kind="chapter_neighbourhood", parent=ward)
    with writing():
        unit_changes.move(chapter, None, on=date(2025, 7, 1), by=COMMAND_LINE)
        unit_changes.close(ward, on=date(2025, 6, 30), reason="Sáp nhập", by=COMMAND_LINE)
        unit_changes.close(district, on=date(2025, 6, 30), reason="Bỏ cấp quận", by=COMMAND_LINE)

    auditor = employ("kiemtra", "Đỗ Kiểm", "Ông", ("auditor", district))

    assert set(grants.roles_by_unit(auditor)) == {district.id, ward.id}


def test_nobody_grants_a_role_to_themselves(admin, ben_nang):
    with pytest.raises(RuleBroken, match="tự giao"), writing():
        grants.give(admin, "treasurer", ben_nang, by=admin)


@pytest.mark.parametrize(("role", "starts", "ends"), [("emperor", date(2027, 1, 1), None), ("treasurer", None, None)])
def test_an_unknown_or_doubled_role_is_refused(ba_ha, ben_nang, role, starts, ends):
    with pytest.raises(RuleBroken) as no, writing():
        grants.give(ba_ha, role, ben_nang, starts=starts, ends=ends, by=COMMAND_LINE)
    assert no.value.field == "role"


def test_a_term_does_not_end_before_it_starts(ba_ha, ben_nang):
    with pytest.raises(RuleBroken) as no, writing():
        grants.give(ba_ha, "accountant", ben_nang, starts=date(2026, 9, 1), ends=date(2026, 8, 31), by=COMMAND_LINE)
    assert no.value.field == "ends"


def test_the_last_administrator_stays(admin, ben_nang, ba_ha):
    (grant,) = grants.live_of(admin)
    with pytest.raises(RuleBroken, match="cuối cùng"), writing():
        grants.take_away(grant, by=COMMAND_LINE)
    with pytest.raises(RuleBroken, match="cuối cùng"), writing():
        administration.deactivate(admin, by=COMMAND_LINE, reason="Nghỉ")

    with writing():
        grants.give(ba_ha, "administrator", ben_nang, by=admin)
        grants.take_away(grants.get_grant(grant.id), by=ba_ha)
    assert grants.administrators_of(ben_nang) == [ba_ha]


def test_a_stopped_or_parting_administrator_does_not_count(admin, ben_nang, ba_ha):
    with writing():
        grants.give(ba_ha, "administrator", ben_nang, ends=date(2027, 1, 1), by=admin)
    (grant,) = grants.live_of(admin)

    with pytest.raises(RuleBroken, match="cuối cùng"), writing():
        grants.take_away(grant, by=ba_ha)


def test_an_administrator_above_counts_for_the_units_below(admin, khu_pho_1):
    deputy = employ("phoquantri", "Lê Phó", "Chị", ("administrator", khu_pho_1))
    (grant,) = grants.live_of(deputy)

    with writing():
        grants.take_away(grant, by=admin)

    assert grants.administrators_of(khu_pho_1) == [admin]


def test_a_grant_that_does_not_exist_is_not_found(app):
    with pytest.raises(NotFound):
        grants.get_grant(5)


def seen(reach):
    return db.session.scalars(administration.people_within(reach)).all()


def test_an_administrator_looks_after_those_whose_roles_are_all_within_reach(admin, ben_nang, cau_may, ba_ha):
    both = employ("haibenh", "Võ Hai", "Bà", ("secretary", ben_nang), ("secretary", cau_may))
    foreign = employ("nguoila", "Võ Lạ", "Bà", ("treasurer", cau_may))
    newcomer = employ("moi", "Võ Mới", "Bà")
    reach = grants.units_with(admin, "user.manage")

    assert set(seen(reach)) == {admin, ba_ha, both, newcomer}
    assert [administration.may_manage(user, reach) for user in (ba_ha, both, newcomer)] == [True, False, True]
    assert administration.get_person(both.id, reach) == both
    with pytest.raises(NotFound):
        administration.get_person(foreign.id, reach)
    with pytest.raises(RuleBroken):
        administration.require_manage(both, reach)


def test_a_person_whose_roles_all_ended_stays_with_the_unit_they_served(admin, cau_may):
    former = employ("nguoicu", "Võ Cũ", "Bà", ("treasurer", cau_may))
    with writing():
        grants.take_away(grants.get_grant(grants.live_of(former)[0].id), by=COMMAND_LINE)

    assert former not in seen(grants.units_with(admin, "user.manage"))
    assert former in seen(frozenset({cau_may.id}))


def test_money_and_administration_are_apart():
    assert not {"gift.see", "donor.see", "treasury.see", "books.see"} & permissions_of(frozenset({"administrator"}))


def test_the_auditor_sees_everything_and_changes_nothing():
    held = permissions_of(frozenset({"auditor"}))

    reads = {"trace.consent", "recipient.list", "paper.print", "own.account", "own.work"}
    assert held == {name for name in PERMISSIONS if name.endswith(".see")} | reads


def test_a_donor_has_only_their_own_page():
    assert permissions_of(frozenset({"donor"})) == {"own.account", "own.gifts"}


@pytest.mark.parametrize("role", ["nominator", "committee_member", "reporter"])
def test_who_nominates_scores_or_counts_sees_no_money_and_no_donor(role):
    money = ("gift.", "donor.", "treasury.", "books.", "payout.", "decision.")
    assert [name for name in permissions_of(frozenset({role})) if name.startswith(money)] == []


def test_every_permission_is_held_by_real_roles():
    assert all(holders and holders <= set(ROLES) for holders in PERMISSIONS.values())


def test_holders_are_those_who_may_today(ba_ha, ong_dinh, ben_nang, khu_pho_1):
    assert grants.holders("history.see", khu_pho_1.id) == [ong_dinh]
    assert grants.holders("gift.see", ben_nang.id) == [ba_ha, ong_dinh]
