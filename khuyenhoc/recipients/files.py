"""The evidence folder: files lie under their own digest, outside everything that is served.

What is uploaded is looked into, whatever it calls itself. Pictures are drawn anew, so that nothing
but what one sees comes in and no place or camera is remembered; of a PDF only what draws the
pages is kept, and of the photographs in it only what one sees.
Their readers are loaded by the first upload: every start would else take a tenth longer.
"""

import hashlib
import io
import os
import re
import shutil
import struct
import warnings
import zlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.recipients import pdf_pages
from khuyenhoc.recipients.jpeg import without_notes
from khuyenhoc.recipients.jpeg2000 import without_boxes
from khuyenhoc.web import instance

LARGEST = 8 * 1024 * 1024
"""Bytes of one uploaded file."""

TOGETHER = 8 * LARGEST
"""Bytes of all files that one form sends at once: one that is too large still comes in, to be refused by its name."""

LARGEST_SIDE = 2400
"""Pixels: a page of A4 stays readable."""

MOST_PIXELS = 60_000_000
MOST_PAGES = 30
JPEG, PDF = "image/jpeg", "application/pdf"
PICTURES = ("JPEG", "PNG", "WEBP")
ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf"
"""What a browser offers to send."""

UNREADABLE = (OSError, ValueError, KeyError, IndexError, ArithmeticError, struct.error, zlib.error)
"""What readers of pictures and papers stumble with over bytes that are neither."""

_PICTURES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "/DCTDecode": ("/DCTDecode", without_notes),
    "/DCT": ("/DCTDecode", without_notes),
    "/JPXDecode": ("/JPXDecode", without_boxes),
}
"""How a picture of a PDF is packed → the name of that, and what takes its notes out."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Cleaned(NamedTuple):
    """An upload as it is kept."""

    content: bytes
    media_type: str


def cleaned(upload: bytes) -> Cleaned:
    """The picture or the pages of an upload; RuleBroken when it is too large, or neither of the two."""
    if not upload:
        raise RuleBroken(_("Tệp này rỗng. Xin chọn lại."), field="file")
    if len(upload) > LARGEST:
        raise RuleBroken(_("Tệp lớn quá: nhiều nhất %(n)s MB.", n=LARGEST // 1024 // 1024), field="file")
    if upload[:1024].lstrip().startswith(b"%PDF-"):
        return Cleaned(_pages(upload), PDF)
    return Cleaned(_drawn_anew(upload), JPEG)


def _drawn_anew(upload: bytes) -> bytes:
    image, operations = import_module("PIL.Image"), import_module("PIL.ImageOps")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a picture complains of in itself is not our reader's business
            with image.open(io.BytesIO(upload), formats=PICTURES) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise RuleBroken(_("Ảnh có quá nhiều điểm ảnh. Xin chụp hoặc lưu lại nhỏ hơn."), field="file")
                picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
                seen = operations.exif_transpose(picture)
                seen.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
                sheet = image.new("RGB", seen.size, "white")
                sheet.paste(seen.convert("RGB"), mask=seen.convert("RGBA").getchannel("A"))
    except (*UNREADABLE, SyntaxError, EOFError, image.DecompressionBombError) as unread:
        sentence = _("Không đọc được tệp này. Xin gửi ảnh (JPEG, PNG, WEBP) hoặc PDF.")
        raise RuleBroken(sentence, field="file") from unread
    target = io.BytesIO()
    sheet.save(target, "JPEG", quality=85, optimize=True)
    return target.getvalue()


def _pages(upload: bytes) -> bytes:
    pypdf, errors = import_module("pypdf"), import_module("pypdf.errors")
    try:
        reader = pypdf.PdfReader(io.BytesIO(upload))
        if reader.is_encrypted:
            raise RuleBroken(_("Tệp PDF này có mật khẩu. Xin lưu lại không mật khẩu."), field="file")
        if not 1 <= len(reader.pages) <= MOST_PAGES:
            raise RuleBroken(_("Tệp PDF có từ 1 đến %(n)s trang.", n=MOST_PAGES), field="file")
        writer = pypdf.PdfWriter()
        pdf_pages.draw_anew(reader, writer)
        _forget_notes(writer)
        target = io.BytesIO()
        writer.write(target)
    except RuleBroken:
        raise
    except (*UNREADABLE, errors.PyPdfError, TypeError, AttributeError, RecursionError, AssertionError) as unread:
        raise RuleBroken(_("Không đọc được tệp PDF này. Xin lưu lại rồi gửi."), field="file") from unread
    content = target.getvalue()
    if len(content) > 2 * LARGEST:
        raise RuleBroken(_("Tệp lớn quá: nhiều nhất %(n)s MB.", n=LARGEST // 1024 // 1024), field="file")
    return content


def _forget_notes(writer: Any) -> None:
    """Take place, camera and comments out of every JPEG of a PDF, the picture itself as it was; of JPEG 2000 alike."""
    generic, filters = import_module("pypdf.generic"), import_module("pypdf.filters")
    for found in writer._objects:
        if not isinstance(found, generic.StreamObject):
            continue
        ways = found.get("/Filter", [])
        ways = ways.get_object() if hasattr(ways, "get_object") else ways
        last = (ways if isinstance(ways, list) else [ways])[-1:]
        if not last or last[0] not in _PICTURES:
            continue
        name, without = _PICTURES[last[0]]
        found._data = without(filters.decode_stream_data(found))
        told = found.pop(generic.NameObject("/DecodeParms"), None)
        told = told.get_object() if told is not None else None
        told = told[-1].get_object() if isinstance(told, list) and told else told
        found[generic.NameObject("/Filter")] = generic.NameObject(name)
        if isinstance(told, dict):
            found[generic.NameObject("/DecodeParms")] = told  # how its colours were turned


def digest(content: bytes) -> str:
    """SHA-256, in hex: under it the file lies."""
    return hashlib.sha256(content).hexdigest()


def put(content: bytes) -> str:
    """Keep a content, durably, and give its digest. The same content is kept once."""
    name = digest(content)
    path = place(name)
    if found(name) != (name, len(content)):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = path.with_suffix(f".{os.getpid()}.part")
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    return name


def read(name: str) -> bytes:
    """The content under a digest; RuleBroken when it is gone or is no longer what was put there."""
    path = place(name)
    content = path.read_bytes() if _DIGEST.fullmatch(name) and path.is_file() else b""
    if digest(content) != name:
        raise RuleBroken(_("Tệp này trên máy chủ đã mất hoặc bị thay đổi. Xin báo người quản trị."))
    return content


def found(name: str) -> tuple[str, int] | None:
    """The digest and the size of what lies in a content's place now; None when nothing does."""
    path = place(name)
    if not _DIGEST.fullmatch(name) or not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size


def every() -> set[str]:
    """The digests of everything that is kept."""
    return {path.name for path in folder().glob("??/*") if _DIGEST.fullmatch(path.name)}


def clear() -> None:
    """Throw everything away, as when the whole site is put back or begins afresh."""
    shutil.rmtree(folder(), ignore_errors=True)


def drop(name: str) -> None:
    """Take a content away for good."""
    if _DIGEST.fullmatch(name):
        place(name).unlink(missing_ok=True)


def folder() -> Path:
    """Where all of them lie."""
    own = instance.folder()
    assert own is not None, "evidence is kept by a running site"
    return own / "evidence"


def place(name: str) -> Path:
    """Where a content lies."""
    return folder() / name[:2] / name
