"""The pages of programmes: rows that grow without script, nothing typed lost, nominators see what is open."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest

from khuyenhoc.awards import programmes
from khuyenhoc.awards.plans import plan_of
from khuyenhoc.core.database import db
from tests.awards.award_world import AwardWorld
from tests.support.browser import Browser


def _typed(world: AwardWorld, **changes: Any) -> dict[str, str]:
    """What a secretary would type for a whole programme."""
    typed = {
        "name": "Học bổng Tiếp bước đến trường",
        "code": "hb26",
        "unit": str(world.unit.id),
        "school_year": "2026-2027",
        "kind": "scholarship",
        "description": "Em nào nhà khó mà chịu học.",
        "opens": "15/8/2026",
        "deadline": "30/8/2026",
        "publication_days": "5",
        "levels-0-code": "th",
        "levels-0-label": "Tiểu học",
        "levels-0-amount": "700k",
        "levels-1-code": "thcs",
        "levels-1-label": "Trung học cơ sở",
        "levels-1-amount": "900.000",
        "levels-1-quota": "20",
        "levels-1-school_levels": "lower_secondary",
        "funding-0-campaign": str(world.scholarships.id),
        "quotas-0-unit": str(world.chapter.id),
        "quotas-0-quota": "12",
        "required-0-name": "Giấy hộ nghèo",
        "required-0-kind": "poverty",
        "rule_poverty": "y",
        "param_poverty": "poor,near_poor",
        "rule_age": "y",
        "param_age": "6-18",
        "criteria-0-name": "Hoàn cảnh",
        "criteria-0-weight": "60",
        "criteria-0-most": "10",
        "presider": str(world.members[0].id),
        "secretary": str(world.secretary.id),
        **{f"members-{n}-user": str(user.id) for n, user in enumerate(world.members[1:4])},
    }
    return {**typed, **changes}


@pytest.fixture
def office(world: AwardWorld, browser: Browser) -> Browser:
    """The secretary's browser."""
    return browser.sign_in(world.secretary)


def test_a_programme_is_drafted_opened_and_seen_by_the_chapter(world: AwardWorld, office: Browser) -> None:
    office.get("programmes.new")
    page = office.post("programmes.draft", _typed(world))

    assert page.h1 == "Học bổng Tiếp bước đến trường"
    kept = plan_of(programmes.get("HB26"))
    assert [(one.code, one.amount, one.quota) for one in kept.levels] == [("TH", 700_000, None), ("THCS", 900_000, 20)]
    assert kept.rules == (("poverty", "poor,near_poor"), ("age", "6–18"))
    assert Browser(office.app).sign_in(world.nominator).get("programmes.show", code="HB26", expect=404)

    opened = office.post("programmes.open_it", to={"code": "HB26"})
    assert "Đã mở" in opened.text
    seen = Browser(office.app).sign_in(world.nominator).get("programmes.show", code="HB26")
    assert seen.offers("/hoc-bong/HB26/de-nghi/moi")
    assert not seen.offers("/hoc-bong/HB26/sua")


def test_what_is_edited_stands_in_the_form_as_it_is(world: AwardWorld, office: Browser) -> None:
    office.get("programmes.new")
    office.post("programmes.draft", _typed(world))

    form = office.get("programmes.edit", code="HB26")
    assert (form.field("levels-1-amount"), form.field("param_age")) == ("900.000", "6–18")
    office.post("programmes.change", {"description": "Khác"}, to={"code": "HB26"})

    db.session.expire_all()
    changed = plan_of(programmes.get("HB26"))
    assert changed.description == "Khác"
    assert len(changed.seats) == 5


def test_more_rows_lose_nothing(world: AwardWorld, office: Browser) -> None:
    office.get("programmes.new")

    page = office.post("programmes.draft", {**_typed(world), "more": "criteria"})

    assert page.field("levels-0-amount") == "700k"
    assert page.field("criteria-0-name") == "Hoàn cảnh"
    assert page.field("criteria-2-name") == ""
    assert programmes.find("HB26") is None


def test_every_unit_gets_a_row_at_one_press(world: AwardWorld, office: Browser) -> None:
    office.get("programmes.new")

    page = office.post("programmes.draft", {**_typed(world), "more": "all_units"})

    units = {page.field(f"quotas-{n}-unit") for n in (0, 2, 3)}
    assert units == {str(world.chapter.id), str(world.school_unit.id), str(world.unit.id)}
    assert page.field("quotas-0-quota") == "12"


def test_htmx_gets_only_the_rows(world: AwardWorld, office: Browser) -> None:
    page = Browser(office.app, htmx=True).sign_in(world.secretary).post("programmes.draft", {"more": "levels"})

    assert "Thêm một mức" in page.text
    assert "Tên chương trình" not in page.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"code": "H"}, "code"),
        ({"school_year": "2026"}, "school_year"),
        ({"deadline": "1/1/2026"}, "deadline"),
        ({"levels-0-amount": "nhiều"}, "levels-0-amount"),
        ({"levels-0-code": ""}, "levels-0-code"),
        ({"required-0-kind": ""}, "required-0-kind"),
        ({"criteria-0-most": "0"}, "criteria-0-most"),
        ({"param_age": "18-6"}, "rule_age"),
    ],
)
def test_a_wrong_answer_is_told_beside_its_field(
    world: AwardWorld, office: Browser, changes: dict[str, str], field: str
) -> None:
    office.get("programmes.new")

    page = office.post("programmes.draft", _typed(world, **changes), expect=422)

    assert page.error(field)
    assert page.field("description") == "Em nào nhà khó mà chịu học."
    assert programmes.find("HB26") is None


def test_goods_of_a_level_that_is_not_there_are_told(world: AwardWorld, office: Browser) -> None:
    office.get("programmes.new")
    goods = {"items-0-level": "XX", "items-0-item": str(world.world.bicycle.id), "items-0-quantity": "1"}

    page = office.post("programmes.draft", _typed(world, **goods), expect=422)

    assert any("Không có mức nào mang mã XX" in line for line in page.errors)


def test_an_open_programme_offers_only_what_may_change(world: AwardWorld, office: Browser) -> None:
    world.programme()

    form = office.get("programmes.edit", code="HB26")

    assert "levels-0-code" not in form.body
    assert form.field("deadline") == "30/8/2026"


def test_the_review_starts_from_the_page(world: AwardWorld, office: Browser) -> None:
    programme = world.programme()
    world.award(programme, "verified")
    office.get("programmes.show", code="HB26")

    assert "xin ghi lý do" in office.post("programmes.start_review", to={"code": "HB26"}, expect=422).text
    page = office.post("programmes.start_review", {"reason": "Mọi đơn vị đã gửi"}, to={"code": "HB26"})

    assert "Đã đưa 1 hồ sơ ra hội đồng." in page.text


@pytest.mark.parametrize("who", ["treasurer", "chair", "nominator", "teacher"])
def test_only_the_office_sets_up_programmes(world: AwardWorld, browser: Browser, who: str) -> None:
    world.programme()
    browser.sign_in(getattr(world, who))

    browser.get("programmes.new", expect=403)
    browser.post("programmes.change", {"name": "x"}, to={"code": "HB26"}, expect=403)
    browser.post("programmes.open_it", to={"code": "HB26"}, expect=403)


def test_a_foreign_programme_is_not_there(world: AwardWorld, browser: Browser) -> None:
    world.programme()
    browser.sign_in(world.stranger)

    for endpoint in ("programmes.show", "nominations.index", "nominate.new", "confirm_list.to_confirm"):
        browser.get(endpoint, code="HB26", expect=404)
    assert "HB26" not in browser.get("programmes.index").text


def test_the_list_is_narrowed_and_taken_to_excel(world: AwardWorld, office: Browser) -> None:
    world.award(world.programme())
    world.programme("XD26", kind="bicycle", state="closed")

    page = office.get("programmes.index", query={"trang_thai": "open"})
    assert ("HB26" in page.text, "XD26" in page.text) == (True, False)
    file = office.get("programmes.as_excel", query={"trang_thai": "open"}).response.data
    codes = [row[0].value for row in openpyxl.load_workbook(BytesIO(file)).active.iter_rows()]
    assert [code for code in codes if code in ("HB26", "XD26")] == ["HB26"]


def test_the_accountant_drafts_but_does_not_start_the_review(world: AwardWorld, browser: Browser) -> None:
    programme = world.programme()
    world.award(programme, "verified")
    browser.sign_in(world.accountant)

    assert browser.get("programmes.edit", code="HB26").status == 200
    browser.post("programmes.start_review", {"reason": "Sớm"}, to={"code": "HB26"}, expect=403)
