"""Of the pages of a PDF only what draws them: a list of what may stay, and everything else is left behind.

A file can hang on a PDF by ``/AF`` of any object, by a name tree, by a note on the page, or stand where a drawing is
expected. So nothing is taken out: each page is built anew of the parts that the list names, in the places it names.
"""

import zlib
from collections.abc import Mapping
from importlib import import_module
from typing import Any

Shape = Mapping[str, str]

_STREAM = "/Filter plain /DecodeParms filter_words"
_SPACE = "/ColorSpace colour"

_PARTS = {
    "page": "/MediaBox plain /CropBox plain /Rotate plain /UserUnit plain /Resources resources /Contents contents"
    " /Group group",
    "resources": "/ExtGState *state /ColorSpace *colour /Pattern *pattern /Shading *shading /XObject *drawing"
    " /Font *font /ProcSet plain",
    "contents!": _STREAM,
    "form!": f"/Type plain /Subtype plain /FormType plain /BBox plain /Matrix plain /Resources resources /Group group"
    f" {_STREAM}",
    "image!": f"/Type plain /Subtype plain /Width plain /Height plain {_SPACE} /BitsPerComponent plain /Intent plain"
    f" /ImageMask plain /Mask mask /Decode plain /Interpolate plain /SMask image /SMaskInData plain /Matte plain"
    f" {_STREAM}",
    "group": "/Type plain /S plain /CS colour /I plain /K plain",
    "state": "/Type plain /LW plain /LC plain /LJ plain /ML plain /D plain /RI plain /OP plain /op plain /OPM plain"
    " /FL plain /SM plain /SA plain /BM plain /SMask soft_mask /CA plain /ca plain /AIS plain /TK plain",
    "soft_mask": "/Type plain /S plain /G form /BC plain /TR function",
    "pattern!": f"/Type plain /PatternType plain /PaintType plain /TilingType plain /BBox plain /XStep plain"
    f" /YStep plain /Resources resources /Matrix plain {_STREAM}",
    "pattern": "/Type plain /PatternType plain /Shading shading /Matrix plain /ExtGState state",
    "shading": f"/ShadingType plain {_SPACE} /Background plain /BBox plain /AntiAlias plain /Domain plain /Coords plain"
    " /Function function /Extend plain /Matrix plain",
    "shading!": f"/ShadingType plain {_SPACE} /Background plain /BBox plain /AntiAlias plain /BitsPerCoordinate plain"
    f" /BitsPerComponent plain /BitsPerFlag plain /VerticesPerRow plain /Decode plain /Function function {_STREAM}",
    "function": "/FunctionType plain /Domain plain /Range plain /C0 plain /C1 plain /N plain /Functions function"
    " /Bounds plain /Encode plain",
    "function!": f"/FunctionType plain /Domain plain /Range plain /Size plain /BitsPerSample plain /Order plain"
    f" /Encode plain /Decode plain {_STREAM}",
    "colour": "/WhitePoint plain /BlackPoint plain /Gamma plain /Range plain /Matrix plain /Subtype plain"
    " /Colorants *colour /Process process",
    "process": f"{_SPACE} /Components plain",
    "profile!": f"/N plain /Alternate colour /Range plain {_STREAM}",
    "data!": _STREAM,
    "font": "/Type plain /Subtype plain /BaseFont plain /FirstChar plain /LastChar plain /Widths plain"
    " /FontDescriptor descriptor /Encoding encoding /ToUnicode map /DescendantFonts font /CIDSystemInfo system"
    " /DW plain /W plain /DW2 plain /W2 plain /CIDToGIDMap data /FontBBox plain /FontMatrix plain"
    " /CharProcs *contents /Resources resources /Name plain",
    "descriptor": "/Type plain /FontName plain /FontStretch plain /FontWeight plain /Flags plain /FontBBox plain"
    " /ItalicAngle plain /Ascent plain /Descent plain /Leading plain /CapHeight plain /XHeight plain /StemV plain"
    " /StemH plain /AvgWidth plain /MaxWidth plain /MissingWidth plain /FontFile letters /FontFile2 letters"
    " /FontFile3 letters",
    "letters!": f"/Subtype plain /Length1 plain /Length2 plain /Length3 plain {_STREAM}",
    "encoding": "/Type plain /BaseEncoding plain /Differences plain",
    "encoding!": f"/Type plain /CMapName plain /CIDSystemInfo system /WMode plain /UseCMap map {_STREAM}",
    "map!": f"/Type plain /CMapName plain /CIDSystemInfo system /WMode plain /UseCMap map {_STREAM}",
    "system": "/Registry text /Ordering text /Supplement plain",
    "filter_words": "/Predictor plain /Colors plain /BitsPerComponent plain /Columns plain /EarlyChange plain /K plain"
    " /EndOfLine plain /EncodedByteAlign plain /Rows plain /EndOfBlock plain /BlackIs1 plain"
    " /DamagedRowsBeforeError plain /JBIG2Globals data /ColorTransform plain",
}
"""What a dictionary may have, and of which shape each part is; ``!``: a stream, ``*``: many, by free names."""

PARTS: dict[str, Shape] = {
    name: dict(zip(words[::2], words[1::2], strict=True)) for name, words in ((n, p.split()) for n, p in _PARTS.items())
}
ATTACHED = ("/EmbeddedFile", "/Filespec")
DRAWINGS = {"/Image": "image", "/Form": "form"}
A4 = 595, 842
"""Points, where a page does not say how large it is."""

LONGEST_TEXT = 127
"""Bytes of a word like ``Adobe``; a table of colours may have more."""

LONGEST_TABLE = 4 * 256
_PIECE, _MOST_UNPACKED = 64 * 1024, 1024 * 1024
"""Bytes that are packed and unpacked in one go: nothing grows in memory however much a stream says."""


def draw_anew(reader: Any, writer: Any) -> None:
    """Put each page of one PDF into another, of nothing but what may stay."""
    copy = _Copy(writer)
    for page in reader.pages:
        anew = writer.add_blank_page(*A4)
        for key, value in copy.parts(page, PARTS["page"]).items():
            anew[key] = value


class _Copy:
    """What was copied already, so that what draws many pages, or itself, is copied once."""

    def __init__(self, writer: Any) -> None:
        self.writer, self.generic = writer, import_module("pypdf.generic")
        self.known: dict[tuple[int, int, str], Any] = {}

    def parts(self, found: Any, shape: Shape) -> dict[Any, Any]:
        """The parts of a dictionary that its shape names."""
        kept = {}
        for key, of in shape.items():
            if key in found and (value := self.value(found.raw_get(key), of)) is not None:
                kept[self.generic.NameObject(key)] = value
        return kept

    def value(self, value: Any, shape: str) -> Any:
        """A value in its new place; None where it may not stay."""
        if not isinstance(value, self.generic.IndirectObject):
            return self.direct(value, shape, None)
        place = (value.idnum, value.generation, shape)
        if place not in self.known:
            self.known[place] = None  # what only refers to itself is nothing
            made = self.direct(value.get_object(), shape, place)
            self.known[place] = self.known[place] or made
        return self.known[place]

    def direct(self, value: Any, shape: str, place: tuple[int, int, str] | None) -> Any:
        """As ``value``, of the thing itself; ``place`` is where it stood, if it had one."""
        generic = self.generic
        if isinstance(value, generic.DictionaryObject) and str(value.get("/Type")) in ATTACHED:
            return None
        if isinstance(value, generic.StreamObject):
            return self.stream(value, shape, place)
        if isinstance(value, generic.DictionaryObject):
            return self.dictionary(value, shape, place)
        if isinstance(value, generic.ArrayObject):
            return self.array(value, shape)
        if isinstance(value, generic.NameObject | generic.NumberObject | generic.FloatObject | generic.BooleanObject):
            return value.clone(self.writer)
        if isinstance(value, generic.TextStringObject | generic.ByteStringObject):
            said, longest = value.original_bytes, {"text": LONGEST_TEXT, "table": LONGEST_TABLE}.get(shape, -1)
            return generic.ByteStringObject(said) if len(said) <= longest else None
        return None

    def stream(self, found: Any, shape: str, place: tuple[int, int, str] | None) -> Any:
        """A stream with its bytes as they are packed, where a stream of this shape is known."""
        if shape == "drawing":
            shape = DRAWINGS.get(str(found.get("/Subtype")), "")
        shape = {"table": "data", "mask": "image"}.get(shape, shape)
        if f"{shape}!" not in PARTS:
            return None
        anew = self.generic.StreamObject()
        anew._data = _without_tail(found)
        there = self.writer._add_object(anew)
        if place:
            self.known[place] = there
        anew.update(self.parts(found, PARTS[f"{shape}!"]))
        return there

    def dictionary(self, found: Any, shape: str, place: tuple[int, int, str] | None) -> Any:
        """A dictionary of its known parts; of many by free names, each that is of their shape."""
        if shape not in PARTS and not shape.startswith("*"):
            return None
        anew = there = self.generic.DictionaryObject()
        if place:
            there = self.known[place] = self.writer._add_object(anew)
        anew.update(self.parts(found, dict.fromkeys(found, shape[1:]) if shape.startswith("*") else PARTS[shape]))
        return there

    def array(self, found: Any, shape: str) -> Any:
        """A list of things of one shape; a colour space is a list of different ones."""
        shapes = _of_colour(found) if shape == "colour" else [shape] * len(found)
        kept = [self.value(one, of) for one, of in zip(list.__iter__(found), shapes, strict=True)]
        if shape == "colour" and None in kept:
            return None
        if shape == "filter_words":  # one for each filter, and nothing for those that need none
            kept = [self.generic.NullObject() if one is None else one for one in kept]
        return self.generic.ArrayObject(one for one in kept if one is not None)


def _without_tail(found: Any) -> bytes:
    """The packed bytes of a stream without what lies behind their end, where the packing says where that is."""
    ways = found.get("/Filter", "")
    first = ways[:1] if isinstance(ways, list) else [ways]
    data: bytes = found._data
    if first not in (["/FlateDecode"], ["/Fl"]):
        return data
    unpacked, at = zlib.decompressobj(), 0
    try:
        while at < len(data) and not unpacked.eof:
            piece, at = data[at : at + _PIECE], at + _PIECE
            while piece and not unpacked.eof:
                unpacked.decompress(piece, _MOST_UNPACKED)
                piece = unpacked.unconsumed_tail
    except zlib.error:
        return data  # damaged: whoever draws it makes of it what can be made
    return data[: min(at, len(data)) - len(unpacked.unused_data)]


def _of_colour(found: Any) -> list[str]:
    """The shapes of the things that a colour space lists, by its kind."""
    known = {
        "/ICCBased": ["plain", "profile"],
        "/Indexed": ["plain", "colour", "plain", "table"],
        "/Separation": ["plain", "plain", "colour", "function"],
        "/DeviceN": ["plain", "plain", "colour", "function", "colour"],
        "/Pattern": ["plain", "colour"],
    }
    shapes = known.get(str(found[0]) if found else "", ["plain", "colour"])
    return (shapes + ["plain"] * len(found))[: len(found)]
