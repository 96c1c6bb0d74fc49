"""Programmes and nominations in a real browser: valid, accessible, nothing hangs over, with and without script."""

import datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core import clock
from tests.awards.award_world import MILLION, AwardWorld, level, make_award_world, poor
from tests.support import checker, usable
from tests.support.browser import Browser
from tests.support.chromium import Windows


@pytest.fixture
def world(app: Flask) -> AwardWorld:
    """Hội U01 with an open programme and a file in every state that these pages show."""
    found = make_award_world()
    programme = _programme(found)
    found.award(programme, recipient=found.pupil("Trần Ngọc Quý"))
    found.award(programme, recipient=found.pupil("Lê Hoa Mai", circumstances=[poor(datetime.date(2026, 1, 2))]))
    found.award(programme, "submitted", recipient=found.pupil("Đỗ Minh Sáng"), rank=1)
    found.award(programme, "returned", recipient=found.pupil("Vũ Thị Hiền"), to_mend="Bổ sung giấy hộ nghèo năm nay")
    found.award(programme, "verified", recipient=found.pupil("Phạm Gia Bảo"), rank=2)
    return found


def _programme(world: AwardWorld) -> Programme:
    today = clock.today()
    levels = [
        level("TH", 700_000, 20),
        level("THCS", MILLION, place=2),
        level("XE", 2_375_000, 5, [(world.world.bicycle.id, 1)], place=3),
    ]
    return world.programme(
        quota=12,
        levels=levels,
        rules=[("poverty", "poor,near_poor"), ("results", "3"), ("one_award", "any")],
        opens=today - datetime.timedelta(days=5),
        deadline=today + datetime.timedelta(days=20),
        description="Em nào nhà khó mà chịu học.\nMỗi chi hội giới thiệu theo chỉ tiêu.",
    )


def _pages(world: AwardWorld) -> dict[str, list[str]]:
    """Who → what they look at."""
    person = world.pupil("Ngô Thị Lan")
    base = "/hoc-bong/HB26"
    return {
        "chihoi": [
            "/hoc-bong",
            base,
            f"{base}/de-nghi",
            f"{base}/de-nghi/moi",
            f"{base}/de-nghi/moi?nguoi={person.id}",
            f"{base}/de-nghi/xac-nhan",
            f"{base}/de-nghi/1",
            f"{base}/de-nghi/4",
            f"{base}/de-nghi/4/sua",
            "/",
        ],
        "thuky": [base, f"{base}/de-nghi", f"{base}/de-nghi/3", "/hoc-bong/moi", f"{base}/sua", "/"],
        "thuquy": [f"{base}/de-nghi/3"],
    }


def test_every_page_is_valid(world: AwardWorld, app: Flask, tmp_path: Path) -> None:
    texts = {
        f"{who}: {path}": Browser(app).sign_in(who).get(path).body
        for who, paths in _pages(world).items()
        for path in paths
    }

    faults = checker.faults(texts, tmp_path)
    assert faults == [], "\n".join(faults)


def test_every_page_can_be_used_by_everyone(world: AwardWorld, windows: Windows) -> None:
    faults = []
    for who, paths in _pages(world).items():
        window = windows.open(who)
        faults += [fault for path in paths for fault in usable.faults_of(window, path)]

    assert faults == []


@pytest.mark.parametrize("script", [True, False])
def test_a_chapter_nominates_and_its_head_confirms(world: AwardWorld, windows: Windows, script: bool) -> None:
    person = world.pupil("Ngô Thị Lan")
    window = windows.open("chihoi", size="phone", script=script)
    window.goto("/hoc-bong/HB26/de-nghi/moi")

    window.get_by_label("Tên, hoặc đuôi số điện thoại").fill("lan")
    window.get_by_role("button", name="Tìm").click()
    window.get_by_role("link", name="Ngô Thị Lan").click()
    window.get_by_label("Mức THCS").check()
    window.get_by_label("Lý do đề nghị").fill("Nhà em ở cuối hẻm, mẹ bán rau.")
    window.get_by_role("button", name="Lưu hồ sơ").click()
    expect(window.locator("main")).to_contain_text(person.full_name)
    window.get_by_role("link", name="Sang danh sách xác nhận").click()
    _only(window, "HB26-0006")
    window.get_by_role("button", name="Xác nhận và gửi danh sách").click()

    expect(window.locator("body")).to_contain_text("Đã xác nhận và gửi 1 hồ sơ")


def _only(window: Page, code: str) -> None:
    """Tick this application and no other."""
    only = int(code.rpartition("-")[2])
    window.locator(f"input[name=chon][value='{only}']").check()
    for box in window.locator(f"input[name=chon]:not([value='{only}'])").all():
        box.uncheck()


@pytest.mark.parametrize("script", [True, False])
def test_rows_grow_in_the_form_of_a_programme(world: AwardWorld, windows: Windows, script: bool) -> None:
    window = windows.open("thuky", script=script)
    window.goto("/hoc-bong/moi")
    window.get_by_label("Tên chương trình").fill("Học bổng đầu năm")
    rows = window.locator("#criteria input[name$='-name']").count()

    window.get_by_role("button", name="Thêm tiêu chí").click()
    window.locator("#criteria input[name$='-name']").nth(rows).wait_for()

    expect(window.get_by_label("Tên chương trình")).to_have_value("Học bổng đầu năm")
