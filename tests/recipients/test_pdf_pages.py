"""Nothing hangs on a PDF that is kept: a file attached to it in any way stays outside, and what one sees stays."""

import io
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
import typst
from PIL import Image
from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, NameObject, NumberObject, StreamObject

from khuyenhoc.recipients import files

BYTES = b"MZ-tep-dinh-kem-khong-ai-thay"
ANNOTATIONS = ("FileAttachment", "Screen", "RichMedia", "3D", "Movie", "Sound", "Widget", "Stamp")

Hook = Callable[[pypdf.PdfWriter, Any, Any], None]


def named(**parts: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): part for name, part in parts.items()})


def stream(writer: pypdf.PdfWriter, data: bytes, **parts: Any) -> Any:
    made = StreamObject()
    made._data = data
    made.update(named(**parts))
    return writer._add_object(made)


def attached(hook: Hook) -> bytes:
    """A PDF of one page that draws an image and a form; ``hook`` hangs a file on something of it."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(200, 200)
    image = stream(
        writer,
        bytes([255, 0, 0]),
        Type=NameObject("/XObject"),
        Subtype=NameObject("/Image"),
        Width=NumberObject(1),
        Height=NumberObject(1),
        ColorSpace=NameObject("/DeviceRGB"),
        BitsPerComponent=NumberObject(8),
    )
    box = ArrayObject(map(NumberObject, (0, 0, 9, 9)))
    form = stream(writer, b"0 0 9 9 re f", Type=NameObject("/XObject"), Subtype=NameObject("/Form"), BBox=box)
    font = writer._add_object(
        named(Type=NameObject("/Font"), Subtype=NameObject("/Type1"), BaseFont=NameObject("/Helvetica"))
    )
    page[NameObject("/Resources")] = named(
        XObject=named(Anh=image, Hinh=form), Font=named(Chu=font), ExtGState=named(Net=named(LW=NumberObject(1)))
    )
    page[NameObject("/Contents")] = stream(
        writer, b"q 90 0 0 90 0 0 cm /Anh Do Q /Hinh Do BT /Chu 9 Tf (Ho ngheo) Tj ET"
    )
    file = stream(writer, BYTES, Type=NameObject("/EmbeddedFile"))
    hook(writer, page, file)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def specified(writer: pypdf.PdfWriter, file: Any) -> Any:
    return writer._add_object(named(Type=NameObject("/Filespec"), EF=named(F=file), F=ByteStringObject(b"a.exe")))


def annotation(subtype: str, key: str) -> Hook:
    def hang(writer: pypdf.PdfWriter, page: Any, file: Any) -> None:
        note = named(Type=NameObject("/Annot"), Subtype=NameObject(f"/{subtype}"))
        note[NameObject(key)] = file if key == "/Sound" else ArrayObject([specified(writer, file)])
        page[NameObject("/Annots")] = ArrayObject([writer._add_object(note)])

    return hang


def of(find: Callable[[Any, Any], Any]) -> Hook:
    """``/AF`` of whatever ``find`` gives of the document and the page."""

    def hang(writer: pypdf.PdfWriter, page: Any, file: Any) -> None:
        find(writer, page).get_object()[NameObject("/AF")] = ArrayObject([specified(writer, file)])

    return hang


def free(kind: str) -> Hook:
    """The file itself, or what speaks of it, by a free name among what the page may draw with."""

    def hang(writer: pypdf.PdfWriter, page: Any, file: Any) -> None:
        found = page["/Resources"].setdefault(NameObject(kind), DictionaryObject())
        found[NameObject("/Tep")], found[NameObject("/Noi")] = file, specified(writer, file)

    return hang


def in_page(key: str) -> Hook:
    def hang(_writer: pypdf.PdfWriter, page: Any, file: Any) -> None:
        page[NameObject(key)] = file

    return hang


WAYS: dict[str, Hook] = {
    "document": lambda writer, _page, _file: writer.add_attachment("a.exe", BYTES) and None,
    "document AF": of(lambda writer, _page: writer.root_object),
    "page AF": of(lambda _writer, page: page),
    "resources AF": of(lambda _writer, page: page["/Resources"]),
    "contents AF": of(lambda _writer, page: page["/Contents"]),
    "image AF": of(lambda _writer, page: page["/Resources"]["/XObject"]["/Anh"]),
    "form AF": of(lambda _writer, page: page["/Resources"]["/XObject"]["/Hinh"]),
    "font AF": of(lambda _writer, page: page["/Resources"]["/Font"]["/Chu"]),
    "state AF": of(lambda _writer, page: page["/Resources"]["/ExtGState"]["/Net"]),
    **{f"{key} in the page": in_page(key) for key in ("/Thumb", "/PieceInfo", "/Metadata", "/AA", "/Tep", "/Group")},
    **{f"{kind} of a free name": free(kind) for kind in
       ("/Properties", "/XObject", "/Font", "/Pattern", "/ColorSpace", "/Shading", "/ExtGState", "/Tep")},
    **{f"{subtype} {key}": annotation(subtype, key) for subtype in ANNOTATIONS for key in ("/FS", "/AF", "/Sound")},
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_file_attached_in_any_way_stays_outside(way: str) -> None:
    sent = attached(WAYS[way])
    assert BYTES in sent

    kept = files.cleaned(sent).content

    reader = pypdf.PdfReader(io.BytesIO(kept))
    inside = [found.get_data() for number in range(1, 60) if (found := stream_of(reader, number)) is not None]
    assert BYTES not in kept
    assert not any(BYTES in data for data in inside)
    for word in (b"/AF", b"/EmbeddedFile", b"/Filespec", b"/EF", b"/Annot", b"a.exe"):
        assert word not in kept
    (page,) = reader.pages
    assert (page.extract_text().strip(), page.images[0].image.getpixel((0, 0))) == ("Ho ngheo", (255, 0, 0))
    assert b"0 0 9 9 re f" in inside


def stream_of(reader: pypdf.PdfReader, number: int) -> Any:
    found = reader.get_object(number) if any(number in some for some in reader.xref.values()) else None
    return found if isinstance(found, StreamObject) else None


def test_what_one_sees_stays() -> None:
    words = "Giấy chứng nhận hộ nghèo của Đặng Thị Ửng"
    drawn = f"#set page(width: 12cm, height: 9cm)\n= {words}\n#rect(fill: gradient.linear(red, blue))[x]"
    before = typst.compile(drawn.encode())
    assert isinstance(before, bytes)

    old, new = (pypdf.PdfReader(io.BytesIO(pdf)).pages[0] for pdf in (before, files.cleaned(before).content))

    assert words in " ".join(new.extract_text().split()) == " ".join(old.extract_text().split())
    assert [float(side) for side in new.mediabox] == [float(side) for side in old.mediabox]
    assert new.get_contents().get_data() == old.get_contents().get_data()  # type: ignore[union-attr]
    assert {name: sorted(new["/Resources"][name]) for name in new["/Resources"]} == {  # type: ignore[index]
        name: sorted(old["/Resources"][name])
        for name in new["/Resources"]  # type: ignore[index]
    }


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK"])
def test_a_scanned_page_keeps_its_colours(mode: str) -> None:
    target = io.BytesIO()
    Image.effect_noise((60, 40), 90).convert("RGB").convert(mode).save(target, "PDF")

    before, after = (
        pypdf.PdfReader(io.BytesIO(pdf)).pages[0].images[0].image.convert("RGB").tobytes()
        for pdf in (target.getvalue(), files.cleaned(target.getvalue()).content)
    )

    assert after == before


def test_a_drawing_that_draws_itself_is_kept_without_end_of_memory() -> None:
    def itself(_writer: pypdf.PdfWriter, page: Any, _file: Any) -> None:
        form = page["/Resources"]["/XObject"]["/Hinh"]
        form[NameObject("/Resources")] = named(XObject=named(Hinh=page["/Resources"]["/XObject"].raw_get("/Hinh")))

    assert len(pypdf.PdfReader(io.BytesIO(files.cleaned(attached(itself)).content)).pages) == 1
