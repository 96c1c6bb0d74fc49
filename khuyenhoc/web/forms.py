"""The base of every form: one-time key, Vietnamese sentences, typed answers, a list of what to mend."""

import re
from typing import Any

import wtforms
from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto, _is_submitted
from wtforms.fields.core import UnboundField

from khuyenhoc.core.codes import token
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.web.fields import (
    ChoiceField,
    DayField,
    DongField,
    KeyField,
    LongTextField,
    PickField,
    QuantityField,
    Required,
    SecretField,
    TextField,
    YesField,
    whole,
)
from khuyenhoc.web.messages import Sentences

__all__ = [
    "ChoiceField",
    "DayField",
    "DongField",
    "Form",
    "KeyField",
    "LongTextField",
    "Part",
    "PickField",
    "QuantityField",
    "Required",
    "SecretField",
    "TextField",
    "YesField",
    "new_key",
    "whole",
]

LABELS: dict[str, Any] = {}
"""What people call the fields of our forms, by their names: for the page that shows what was typed."""

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True)
class Problem:
    """One thing to mend: the field to go to (empty: the form as a whole), its label and the sentence."""

    field_id: str
    label: str
    sentence: str


def _remember_labels(form: type) -> None:
    for name, field in vars(form).items():
        if isinstance(field, UnboundField) and (label := field.kwargs.get("label") or next(iter(field.args), None)):
            LABELS.setdefault(name, label)


def new_key() -> str:
    """A key for one deed: sent again it gives the same answer, so that a double press records once."""
    return token()


class Form(FlaskForm):
    """A form that is posted. ``answers`` after ``validate_on_submit()``; unknown keys are ignored.

    ``ids`` goes before the ids of the fields, for a page that holds the same form twice.
    """

    form_key = KeyField()

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        _remember_labels(cls)

    class Meta(FlaskForm.Meta):
        """Our sentences, and ids of our own."""

        def get_translations(self, _form: Any) -> Sentences:
            """WTForms speaks through our catalogue."""
            return Sentences()

        def wrap_formdata(self, _form: Any, formdata: Any) -> Any:
            """What a form of ours sends is text: no JSON, and no file in the place of text."""
            if formdata is not _Auto:
                return formdata
            return request.form if _is_submitted() else None

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Give each field its id."""
            options.setdefault("id", getattr(form, "_ids", "") + options["name"])
            return unbound_field.bind(form=form, **options)

    def __init__(self, *args: Any, ids: str = "", **more: Any) -> None:
        self._ids = ids
        super().__init__(*args, **more)
        if not self.form_key.data:
            self.form_key.data = new_key()

    def renew_key(self) -> None:
        """A form that is shown again after it has done its deed is another form."""
        self.form_key.data = new_key()

    def validate_form_key(self, field: KeyField) -> None:
        """A key that no page of ours made is refused."""
        if not _KEY.fullmatch(field.data or ""):
            raise wtforms.ValidationError(_("Trang này đã cũ. Xin bấm gửi lại."))

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, typed; with the one-time key as ``form_key``."""
        return {
            f.short_name: f.data
            for f in self
            if f.short_name != "csrf_token" and not isinstance(f, wtforms.SubmitField)
        }

    def refuse(self, no: RuleBroken) -> None:
        """Put a rule's sentence beside the field it names, or on top, so that the form can be shown again."""
        if no.field and no.field in self:
            self[no.field].errors = [*self[no.field].errors, str(no)]
        else:
            self.form_errors.append(str(no))

    @property
    def problems(self) -> list[Problem]:
        """Everything to mend, in the order of the fields."""
        found = [Problem("", "", str(sentence)) for sentence in self.form_errors]
        for field in self:
            found += _problems(field)
        return found


class Part(wtforms.Form):
    """A repeated part of a form (the lines of a gift), for ``FieldList(FormField(…))``."""

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        _remember_labels(cls)

    class Meta:
        """Our sentences; no token of its own."""

        def get_translations(self, _form: Any) -> Sentences:
            """WTForms speaks through our catalogue."""
            return Sentences()


def _problems(field: Any) -> list[Problem]:
    inner = getattr(field, "entries", None) or getattr(field, "form", None)
    if isinstance(field, wtforms.FieldList | wtforms.FormField) and inner is not None:
        # a part's errors are a mapping of its own fields, each of which speaks for itself
        sentences = [] if isinstance(field.errors, dict) else [e for e in field.errors if isinstance(e, str)]
        own = [Problem(field.id, field.label.text, sentence) for sentence in sentences]
        return own + [problem for part in inner for problem in _problems(part)]
    if isinstance(field, KeyField) or field.short_name == "csrf_token":
        return [Problem("", "", str(sentence)) for sentence in field.errors]
    return [Problem(field.id, field.label.text, str(sentence)) for sentence in field.errors[:1]]
