"""Evidence: looked into, drawn anew, kept apart, found when altered; and nothing strange gets in."""

import io
import random
import stat
import zlib

import pypdf
import pytest
from PIL import Image
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.recipients import evidence, files, recipients
from khuyenhoc.recipients.details import CircumstanceDetails
from khuyenhoc.recipients.recipient_tables import Evidence
from tests.recipients.recipient_world import card, new_recipient, picture


@pytest.fixture
def child(app):
    return new_recipient()


def send(child, content=None, kind="poverty", name="anh.jpg"):
    with writing():
        return evidence.store(child, picture() if content is None else content, kind=kind, name=name, by=COMMAND_LINE)


def paper(pages: int = 1, *, script: bool = False, password: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    if script:
        action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
        writer.add_attachment("thu.exe", b"MZ")
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
        opens = DictionaryObject({NameObject("/O"): DictionaryObject(action)})
        writer.pages[0][NameObject("/AA")] = opens
    if password:
        writer.encrypt(password)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_a_picture_is_drawn_anew_and_forgets_where_it_was_taken(child):
    where = Image.Exif()
    where[0x010F] = "Máy ảnh của mẹ"
    where[0x8825] = {1: "N", 2: (10.0, 48.0, 0.0)}
    file = send(child, picture(kind="JPEG", exif=where, comment=b"nha em o day"))

    kept = evidence.content(file)
    again = Image.open(io.BytesIO(kept))
    assert (file.media_type, again.format, dict(again.getexif())) == ("image/jpeg", "JPEG", {})
    assert b"nha em o day" not in kept
    assert (file.size, file.digest) == (len(kept), files.digest(kept))


def test_a_picture_lying_on_its_side_is_put_upright(child):
    sideways = Image.Exif()
    sideways[0x0112] = 6
    target = io.BytesIO()
    Image.new("RGB", (80, 40), "white").save(target, "JPEG", exif=sideways)

    assert Image.open(io.BytesIO(evidence.content(send(child, target.getvalue())))).size == (40, 80)


def test_a_large_picture_is_made_smaller_and_stays_readable(child):
    kept = Image.open(io.BytesIO(evidence.content(send(child, picture(3_000, "JPEG")))))

    assert max(kept.size) == files.LARGEST_SIDE


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_seen_through_becomes_white(child, kind):
    target = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(target, kind)

    assert Image.open(io.BytesIO(evidence.content(send(child, target.getvalue())))).getpixel((5, 5)) == (255, 255, 255)


def test_of_a_pdf_only_the_pages_are_kept(child):
    kept = evidence.content(send(child, paper(2, script=True)))

    reader = pypdf.PdfReader(io.BytesIO(kept))
    assert len(reader.pages) == 2
    for active in (b"JavaScript", b"/JS", b"/AA", b"/OpenAction", b"/EmbeddedFile", b"MZ"):
        assert active not in kept


TOLD = (b"10.4806", b"Nha may anh", b"nha em o day", b"Exif", b"http://ns.adobe.com/xap", b"SAU ANH")


def photograph(**more: object) -> bytes:
    """A JPEG that tells where it was taken, in every way a telephone does; and something behind its end."""
    noisy = Image.effect_noise((120, 80), 90).convert("RGB")
    where = Image.Exif()
    where[0x010F], where[0x0112] = "Nha may anh", 6
    where[0x8825] = {1: "N", 29: "10.4806"}
    target = io.BytesIO()
    noisy.save(target, "JPEG", exif=where, comment=b"nha em o day", xmp=b"<x>10.4806</x>", quality=80, **more)
    return target.getvalue() + b"SAU ANH"


def scanned(jpeg: bytes, *, twice: bool = False) -> bytes:
    """A PDF of one page that shows this JPEG, with an XMP note of its own; ``twice``: packed once more, by Flate."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(200, 200)
    size = Image.open(io.BytesIO(jpeg)).size
    image, note = StreamObject(), StreamObject()
    note._data = b"<rdf>10.4806 Nha may anh</rdf>"
    image._data = zlib.compress(jpeg) if twice else jpeg
    ways = [NameObject("/FlateDecode"), NameObject("/DCTDecode")] if twice else [NameObject("/DCTDecode")]
    image.update({
        NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Image"),
        NameObject("/Width"): NumberObject(size[0]), NameObject("/Height"): NumberObject(size[1]),
        NameObject("/ColorSpace"): NameObject("/DeviceRGB"), NameObject("/BitsPerComponent"): NumberObject(8),
        NameObject("/Filter"): ArrayObject(ways) if twice else ways[0],
        NameObject("/Metadata"): writer._add_object(note),
    })  # fmt: skip
    drawn = StreamObject()
    drawn._data = b"q 120 0 0 80 0 0 cm /Anh Do Q"
    shown = DictionaryObject({NameObject("/Anh"): writer._add_object(image)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): shown})
    page[NameObject("/Contents")] = writer._add_object(drawn)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize("more", [{}, {"progressive": True}, {"restart_marker_blocks": 2}], ids=str)
@pytest.mark.parametrize("twice", [False, True])
def test_a_photograph_in_a_pdf_forgets_where_it_was_taken_and_looks_the_same(child, twice, more):
    jpeg = photograph(**more)
    assert all(word in jpeg for word in TOLD)

    kept = evidence.content(send(child, scanned(jpeg, twice=twice), name="anh.pdf"))

    (page,) = pypdf.PdfReader(io.BytesIO(kept)).pages
    (found,) = page.images
    inside = page["/Resources"]["/XObject"]["/Anh"]._data
    assert [word for word in TOLD if word in kept or word in inside] == []
    assert Image.open(io.BytesIO(inside)).tobytes() == Image.open(io.BytesIO(jpeg)).tobytes()
    assert found.image.size == (120, 80)


def test_a_pdf_whose_photograph_is_none_is_refused(child):
    broken = scanned(photograph()).replace(b"\xff\xd8\xff", b"\x00\x00\x00", 1)

    with pytest.raises(RuleBroken, match="Không đọc được"):
        send(child, broken)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "rỗng"),
        (b"x" * (files.LARGEST + 1), "lớn quá"),
        (b"<html><script>alert(1)</script>", "Không đọc được"),
        (b"GIF89a" + b"\x00" * 40, "Không đọc được"),
        (b"MZ\x90\x00", "Không đọc được"),
        (b"%PDF-1.7\nhello", "Không đọc được"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 40, "Không đọc được"),
        (paper(31), "30 trang"),
        (paper(password="bimat"), "mật khẩu"),
    ],
)
def test_whatever_is_neither_a_picture_nor_a_paper_is_refused(child, content, sentence):
    with pytest.raises(RuleBroken, match=sentence) as no:
        send(child, content)

    assert no.value.field == "file"


def test_a_picture_that_would_fill_the_memory_is_refused(child):
    target = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(target, "PNG")

    with pytest.raises(RuleBroken):
        send(child, target.getvalue())


def test_no_spoilt_file_is_more_than_a_refusal():
    chance = random.Random(3)
    whole = [picture(kind="JPEG"), picture(kind="PNG"), picture(kind="WEBP"), paper(2, script=True)]
    for _turn in range(400):
        spoilt = bytearray(chance.choice(whole))
        for _byte in range(chance.randint(1, 12)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        del spoilt[chance.randrange(len(spoilt)) :: chance.choice([1, 7, 10_000])]
        try:
            files.cleaned(bytes(spoilt))
        except RuleBroken:
            continue


def test_a_file_lies_outside_the_web_and_only_the_site_reads_it(child, app):
    file = send(child, name="../../../etc/Hộ nghèo.jpg")

    place = files.place(file.digest)
    assert place.is_relative_to(app.config["SETTINGS"].instance)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert "ngheo" not in place.name.lower()


def test_the_same_file_is_kept_once(child):
    assert send(child).id == send(child).id
    assert send(child, kind="photo").digest == send(child).digest
    assert [event.action for event in events.of("evidence", send(child).id)] == ["evidence.stored"]


def test_no_card_takes_files_without_end(child, monkeypatch):
    monkeypatch.setattr(evidence, "MOST", 2)
    send(child)
    send(child, kind="photo")

    with pytest.raises(RuleBroken):
        send(child, kind="other")


def test_a_kind_must_be_named(child):
    with pytest.raises(RuleBroken) as no:
        send(child, kind="secret")

    assert no.value.field == "kind"


def test_an_altered_file_is_never_shown(child):
    file = send(child)
    files.place(file.digest).write_bytes(picture(32, "JPEG"))

    with pytest.raises(RuleBroken):
        evidence.content(file)
    files.place(file.digest).unlink()
    with pytest.raises(RuleBroken):
        evidence.content(file)


def test_a_removed_file_is_gone_from_the_disk_once_no_card_has_it(child):
    first, second = send(child), send(new_recipient(full_name="Lê Văn An"))
    digest = first.digest

    with writing():
        evidence.remove(db.session.get_one(Evidence, first.id), child, because="Chụp nhầm", by=COMMAND_LINE)
    evidence.sweep(digest)
    assert files.place(digest).exists()
    with pytest.raises(NotFound):
        evidence.get_evidence(first.id)
    other = recipients.get_recipient(second.recipient_id)
    with writing():
        evidence.remove(db.session.get_one(Evidence, second.id), other, because="Chụp nhầm", by=COMMAND_LINE)
    evidence.sweep(digest)

    assert not files.place(digest).exists()


def test_a_file_stays_while_something_rests_on_it(child, monkeypatch):
    monkeypatch.setattr(evidence, "_rests_on", [])
    file = send(child)
    proven = (CircumstanceDetails("poor", evidence_id=file.id),)
    with writing():
        recipients.change(child, card(circumstances=proven), by=COMMAND_LINE)
    with pytest.raises(RuleBroken, match="đang dựa vào"), writing():
        evidence.remove(file, child, because="x", by=COMMAND_LINE)

    evidence.keep_while(lambda _id: "Đề nghị HB26-0001 đang dựa vào tệp này.")
    with writing():
        recipients.change(child, card(circumstances=()), by=COMMAND_LINE)
    with pytest.raises(RuleBroken, match="HB26"), writing():
        evidence.remove(file, child, because="x", by=COMMAND_LINE)
    with pytest.raises(RuleBroken), writing():
        evidence.remove(file, child, because=" ", by=COMMAND_LINE)


def test_a_strange_files_evidence_is_not_borrowed(child):
    file = send(new_recipient(full_name="Lê Văn An"))

    with pytest.raises(RuleBroken):
        new_recipient(circumstances=(CircumstanceDetails("poor", evidence_id=file.id),))
