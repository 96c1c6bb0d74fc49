"""Photographs as telephones take them: several at once come in; what is too large is told, and no word is lost."""

from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from khuyenhoc.core.database import db
from khuyenhoc.recipients.files import LARGEST, TOGETHER
from khuyenhoc.recipients.recipient_tables import Evidence
from tests.awards.award_world import AwardWorld
from tests.awards.nominating import latest, nominate
from tests.recipients.recipient_world import picture
from tests.support.browser import Browser

MB = 1024 * 1024
REASON = "Mẹ đau yếu, em vẫn học giỏi"


def photograph(size: int, colour: str = "white") -> BytesIO:
    """A JPEG of so many bytes."""
    drawn = BytesIO()
    Image.new("RGB", (40, 40), colour).save(drawn, "JPEG")
    return BytesIO(drawn.getvalue().ljust(size, b"\0"))


def test_two_photographs_of_6_mb_are_stored(world: AwardWorld, chapter: Browser) -> None:
    programme = world.programme(required=[("Giấy hộ nghèo", "poverty")])
    sent = [(photograph(6 * MB), "a.jpg"), (photograph(6 * MB, "red"), "b.jpg")]

    stored = nominate(chapter, programme, world.pupil().id, reason=REASON, **{"file-1": sent})

    assert [name for name in ("a.jpg", "b.jpg") if name not in stored.text] == []
    assert (latest().reason, len(latest().evidence)) == (REASON, 2)


def test_a_file_that_is_too_large_is_told_beside_its_field_and_the_words_are_stored(
    world: AwardWorld, chapter: Browser
) -> None:
    programme, pupil = world.programme(required=[("Giấy hộ nghèo", "poverty")]), world.pupil()
    sent = [(photograph(12 * MB), "to.jpg"), (photograph(6 * MB), "vua.jpg")]
    chapter.get("nominate.new", code=programme.code, query={"nguoi": pupil.id})

    refused = chapter.post(
        f"/hoc-bong/{programme.code}/de-nghi/moi?nguoi={pupil.id}",
        {"level": str(programme.levels[0].id), "reason": REASON, "file-1": sent},
        expect=422,
    )

    assert refused.error("file-1") == "to.jpg: Tệp lớn quá: nhiều nhất 8 MB."
    assert (refused.field("reason"), latest().reason, len(latest().evidence)) == (REASON, REASON, 1)


def test_the_card_tells_a_too_large_file_beside_its_field(world: AwardWorld, chapter: Browser) -> None:
    pupil = world.pupil()
    chapter.get(f"/nguoi-nhan/{pupil.id}")

    sent = {"kind": "photo", "file": (photograph(LARGEST + 3 * MB), "to.jpg")}
    refused = chapter.post("evidence.store", sent, to={"recipient_id": pupil.id}, expect=422)

    assert refused.error("file") == "Tệp lớn quá: nhiều nhất 8 MB."
    assert (refused.field("kind"), db.session.query(Evidence).count()) == ("photo", 0)


def test_files_too_large_together_are_413_in_words(world: AwardWorld, chapter: Browser) -> None:
    programme, pupil = world.programme(), world.pupil()
    form = chapter.get("nominate.new", code=programme.code, query={"nguoi": pupil.id})
    assert f"Mỗi tệp nhiều nhất {LARGEST // MB} MB, mọi tệp gửi một lần nhiều nhất {TOGETHER // MB} MB." in form.text

    sent = [(photograph(8 * MB), f"{n}.jpg") for n in range(9)]
    refused = chapter.post(
        f"/hoc-bong/{programme.code}/de-nghi/moi?nguoi={pupil.id}",
        {"level": str(programme.levels[0].id), "reason": REASON, "file-0": sent},
        expect=413,
    )

    assert "Các ảnh và tệp gửi cùng một lần lớn quá: cộng lại nhiều nhất 64 MB. Chưa có gì được ghi." in refused.text
    assert chapter.htmx or "Bấm quay lại, điều đã gõ vẫn còn." in refused.text
    assert db.session.query(Evidence).count() == 0


def test_the_words_of_such_a_form_stay_small(world: AwardWorld, chapter: Browser) -> None:
    programme, pupil = world.programme(), world.pupil()
    chapter.get("nominate.new", code=programme.code, query={"nguoi": pupil.id})

    address = f"/hoc-bong/{programme.code}/de-nghi/moi?nguoi={pupil.id}"
    chapter.post(address, {"reason": "x" * 200_000, "file-0": (BytesIO(picture()), "a.jpg")}, expect=413)
    chapter.post(address, {f"o{n}": "x" for n in range(500)} | {"f": (BytesIO(b"x"), "a.jpg")}, expect=413)


@pytest.mark.parametrize("who", ["", "treasurer"])
def test_who_may_not_send_it_sends_nothing_large(app: Flask, world: AwardWorld, who: str) -> None:
    browser = Browser(app)
    if who:
        browser.sign_in(world.treasurer)

    answer = browser.client.post(
        f"/hoc-bong/{world.programme().code}/de-nghi/moi", data={"file-0": (photograph(11 * MB), "a.jpg")}
    )

    assert answer.status_code == 413


def test_only_the_forms_that_take_files_are_larger(app: Flask) -> None:
    larger = {name for name, view in app.view_functions.items() if hasattr(view, "bytes_of_files")}

    assert larger == {"nominate.create", "nominate.change", "evidence.store", "earmarks.bind"}
