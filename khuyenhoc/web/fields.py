"""The fields of our forms. Each cleans what was typed, limits its length, and keeps the text to show again."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import request
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import Choice, SelectChoice
from wtforms.validators import Length, StopValidation

from khuyenhoc.core import clock, dong
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.names import clean, clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.web.filters import day, hundredths

LINE = 200
LINES = 2_000
_DAY = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})")
_DECIMAL = re.compile(r"([0-9]{1,6})(?:[,.]([0-9]{1,2}))?")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


class Required:
    """The field must be answered; ``sentence`` asks for it in the words of the form (“Ai tặng?”)."""

    field_flags = {"required": True}

    def __init__(self, sentence: Any = None) -> None:
        self.sentence = sentence or _l("Xin điền ô này.")

    def __call__(self, _form: Any, field: Any) -> None:
        if field.errors:
            raise StopValidation()
        if field.data is None or field.data == "" or field.data == []:
            raise StopValidation(str(self.sentence))


_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
"""What no keyboard types and no paper shows; tabs, line ends and what office programs leave are not among it."""


def _require_readable(typed: str) -> None:
    if _UNREADABLE.search(typed):
        raise ValueError(_("Ô này có ký tự lạ không đọc được. Xin xem lại, hoặc gõ lại."))


class TextField(StringField):
    """One line, NFC, without invisible characters, at most ``longest`` characters; control characters are refused."""

    data: Any

    def __init__(self, label: Any = None, validators: Iterable[Any] = (), *, longest: int = LINE, **more: Any) -> None:
        super().__init__(label, [*validators, Length(max=longest)], **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Clean what was typed; a field that was not sent is an empty one."""
        self.data = clean(valuelist[0]) if valuelist else self.data or ""
        _require_readable("".join(valuelist[:1]))


class LongTextField(TextAreaField):
    """Several lines, NFC, without invisible characters; control characters are refused."""

    data: Any

    def __init__(self, label: Any = None, validators: Iterable[Any] = (), *, longest: int = LINES, **more: Any) -> None:
        super().__init__(label, [*validators, Length(max=longest)], **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Clean what was typed, line by line; a field that was not sent is an empty one."""
        self.data = clean_lines(valuelist[0]) if valuelist else self.data or ""
        _require_readable("".join(valuelist[:1]))


class SecretField(PasswordField):
    """A password: NFC, otherwise exactly as typed, never shown again."""

    def __init__(self, label: Any = None, validators: Iterable[Any] = (), **more: Any) -> None:
        super().__init__(label, [*validators, Length(max=LINE)], **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Compose accents, so that every keyboard types the same password."""
        if valuelist:
            self.data = unicodedata.normalize("NFC", valuelist[0])


class YesField(BooleanField):
    """A box to tick."""

    is_box = True


class UploadField(FileField):
    """One file to send; ``content`` is what it holds, ``file_name`` what it is called at the sender's.

    ``largest``: bytes that are taken; of a larger file one byte more is read, so that the rule can say so.
    """

    def __init__(
        self, label: Any = None, validators: Iterable[Any] = (), *, largest: int, accept: str = "", **more: Any
    ) -> None:
        super().__init__(label, validators, **{"render_kw": {"accept": accept}, **more})
        self.largest = largest

    def process_formdata(self, _texts: list[str]) -> None:
        """Take the file that was sent under this name; text in its place is none (see Form.Meta.wrap_formdata)."""
        self.raw_data = request.files.getlist(self.name)
        super().process_formdata(self.raw_data)

    @property
    def content(self) -> bytes:
        """The bytes of the file; nothing when none was chosen."""
        return bytes(self.data.read(self.largest + 1)) if self.data else b""

    @property
    def file_name(self) -> str:
        """A name to show, cleaned, never used as a path."""
        return clean(str(self.data.filename or ""))[-150:] if self.data else ""


class KeyField(HiddenField):
    """A plain hidden value, cleaned and short."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take at most a line."""
        if valuelist:
            self.data = clean(valuelist[0])[:LINE]


class _TypedField(StringField):
    """A field whose text is read into a value; the text stays to be shown again."""

    longest = 40

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text; an unreadable one is refused with a sentence and kept."""
        self.data = None
        _require_readable("".join(valuelist[:1]))
        text = clean(valuelist[0][: self.longest + 1]) if valuelist else ""
        if len(text) > self.longest:
            raise ValueError(_("Dài quá: nhiều nhất %(max)d ký tự.", max=self.longest))
        if text:
            try:
                self.data = self.read(text, valuelist[1:])
            except RuleBroken as no:
                raise ValueError(str(no)) from no

    def read(self, text: str, chosen: list[str]) -> Any:
        """The value of the text, or ``RuleBroken``."""
        raise NotImplementedError

    def show(self, value: Any) -> str:
        """The value as one would type it."""
        return str(value)

    def _value(self) -> str:
        if self.raw_data:
            return clean(str(self.raw_data[0])[: self.longest + 20])
        return "" if self.data is None else self.show(self.data)


class DongField(_TypedField):
    """An amount as people type it; ``data`` is whole đồng.

    What can be read two ways is refused with ``readings`` to choose from: the field shows them as
    radio buttons of its own name, and takes the chosen one with the text when it comes again.
    """

    is_amount = True
    readings: list[int] = []
    longest = 60

    def read(self, text: str, chosen: list[str]) -> int:
        """Read with ``core.dong``; a chosen reading counts only if the text offers it."""
        self.readings = []
        try:
            return dong.read(text).amount
        except dong.Unclear as unclear:
            for choice in chosen:
                if choice.isascii() and choice.isdigit() and len(choice) <= 15 and int(choice) in unclear.readings:
                    return int(choice)
            self.readings = list(unclear.readings)
            raise

    @property
    def reading(self) -> dong.Reading | None:
        """The amount as it is shown under the field."""
        return dong.Reading(self.data) if self.data else None

    def show(self, value: Any) -> str:
        """With dots: ``1.500.000``."""
        return dong.figures(value)


class DayField(_TypedField):
    """A day typed as ``15/8/2026``; ``data`` is a date. ``future`` allows days after today."""

    is_day = True

    def __init__(self, label: Any = None, validators: Iterable[Any] = (), *, future: bool = True, **more: Any) -> None:
        super().__init__(label, validators, **more)
        self.future = future

    def read(self, text: str, _chosen: list[str]) -> date:
        """Day, month, year; also the ISO form."""
        value = read_day(text)
        if not self.future and value > clock.today():
            raise RuleBroken(_("Ngày %(day)s chưa đến.", day=day(value)))
        return value

    def show(self, value: Any) -> str:
        """``15/8/2026``."""
        return day(value)


def read_day(text: str) -> date:
    """The date of ``15/8/2026`` (or ``2026-08-15``); ``RuleBroken`` when it is none."""
    if match := _DAY.fullmatch(text):
        d, m, y = (int(part) for part in match.groups())
    elif match := _ISO.fullmatch(text):
        y, m, d = (int(part) for part in match.groups())
    else:
        raise RuleBroken(_("Chưa hiểu ngày “%(typed)s”. Xin gõ như 15/8/2026.", typed=clean(text)[:40]))
    try:
        value = date(y, m, d)
    except ValueError:
        raise RuleBroken(_("Không có ngày %(typed)s trong lịch.", typed=clean(text)[:40])) from None
    if not 1900 <= value.year <= 2100:
        raise RuleBroken(_("Năm %(year)s ngoài khoảng 1900–2100.", year=y))
    return value


class HundredthsField(_TypedField):
    """A number with at most two decimals, comma or point (``8,25``); ``data`` counts hundredths, up to ``most``."""

    longest = 12

    def __init__(self, label: Any = None, validators: Iterable[Any] = (), *, most: int = 1_000, **more: Any) -> None:
        super().__init__(label, validators, **more)
        self.most = most

    def read(self, text: str, _chosen: list[str]) -> int:
        """Digits, then a comma or a point and one or two digits."""
        match = _DECIMAL.fullmatch(text)
        if match is None:
            raise RuleBroken(_("Xin gõ một số như 8 hoặc 8,25."))
        value = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
        if value > self.most:
            raise RuleBroken(_("Xin gõ số từ 0 đến %(most)s.", most=self.show(self.most)))
        return value

    def show(self, value: Any) -> str:
        """``8,25``, ``8,5``, ``8``."""
        return hundredths(value)


class QuantityField(_TypedField):
    """A number of pieces: ASCII digits only, from ``least`` to ``most``."""

    longest = 12

    def __init__(
        self, label: Any = None, validators: Iterable[Any] = (), *, least: int = 1, most: int = 1_000_000, **more: Any
    ) -> None:
        super().__init__(label, validators, **more)
        self.least, self.most = least, most

    def read(self, text: str, _chosen: list[str]) -> int:
        """A whole number within its bounds."""
        if not (text.isascii() and text.isdigit()):
            raise RuleBroken(_("Xin gõ một số nguyên bằng chữ số 0–9."))
        if not self.least <= int(text) <= self.most:
            bounds = {"least": dong.figures(self.least), "most": dong.figures(self.most)}
            raise RuleBroken(_("Xin gõ từ %(least)s đến %(most)s.", **bounds))
        return int(text)


class _Choosing:
    """Choices of the site only; nothing chosen is nothing, and ``Required`` asks for it."""

    data: Any

    def __init__(self, label: Any = None, validators: Iterable[Any] = (), *, choices: Any = None, **more: Any) -> None:
        if isinstance(choices, list | tuple):
            choices = [SelectChoice(*choice) if isinstance(choice, tuple) else choice for choice in choices]
        super().__init__(label, validators, choices=choices, **more)  # type: ignore[call-arg]

    def pre_validate(self, form: Any) -> None:
        """Refuse what was not offered."""
        if self.data is not None and self.data != "":
            super().pre_validate(form)  # type: ignore[misc]


class ChoiceField(_Choosing, RadioField):
    """Two to four options, shown as buttons side by side (or as a list with ``ui.options``)."""

    is_choice = True


class PickField(_Choosing, SelectField):
    """One of many, as a list to unfold; ``blank`` is the text of the empty line on top."""

    def __init__(self, label: Any = None, validators: Iterable[Any] = (), *, blank: Any = None, **more: Any) -> None:
        super().__init__(label, validators, **more)
        self.blank = blank

    def iter_choices(self) -> Iterable[Any]:
        """The empty line first."""
        if self.blank is not None:
            yield Choice("", self.blank, self.data in (None, ""), {})
        yield from super().iter_choices()


def whole(text: Any) -> int | None:
    """For ``coerce``: a whole number of ASCII digits that fits the database, nothing for nothing."""
    if text is None or text == "":
        return None
    digits = str(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise ValueError(digits[:20])
    return int(digits)
