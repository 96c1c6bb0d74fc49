"""One form, one answer: a form that is sent again under its one-time key gets the answer of the first time.

For deeds that change something that is there already: open, close, publish, settle, withdraw. Once done they would be
refused the second time, in words that frighten whoever pressed twice or lost the connection; often before the view asks
for its deed, as the page of what is gone is no longer there. So the answer is looked for before any view (``_known``),
and once more inside the transaction. What makes a new thing that keeps the key itself (a gift, a payment, a list) does
not need this.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

from flask import Flask, redirect, request
from flask_login import current_user
from sqlalchemy import CursorResult, String, delete, select, text, update
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import clock
from khuyenhoc.core.database import Base, BigInt, db, writing
from khuyenhoc.core.errors import AlreadyRecorded
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains
from khuyenhoc.org.access import actor
from khuyenhoc.web.errors import rule_broken

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
KEPT = timedelta(days=90)
"""How long an answer is kept; a page lives no longer than the session that it was opened in, which is hours."""


class FormAnswer(Base):
    """A form that has done its deed. ``said`` is the digest of its address and content, ``location`` its answer."""

    __tablename__ = "form_answers"
    user_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    form_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    said: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(300))
    answered_at: Mapped[str] = mapped_column(String(27))


_CLAIM = text(
    "INSERT INTO form_answers (user_id, form_key, said, location, answered_at)"
    " VALUES (:user_id, :form_key, :said, '', :answered_at) ON CONFLICT DO NOTHING"
)
"""Two presses at the same instant: on PostgreSQL the second waits here until the first is stored or undone."""


class Answered(Exception):
    """This very form has done its deed before. ``location``: what it was answered; "": it said something else then."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


@contextmanager
def once(location: Callable[[], str]) -> Iterator[None]:
    """One deed, as ``writing``, that a form does once: sent again it leads where it led, whatever has happened since.

    ``location`` is asked after the deed. A refused deed leaves its key free. The same key with other content: 409.
    """
    key = request.form.get("form_key", "")
    with writing():
        if not _KEY.fullmatch(key):
            yield
            return
        mine, said = (FormAnswer.user_id == actor().id, FormAnswer.form_key == key), _said()
        claim = {"user_id": actor().id, "form_key": key, "said": said, "answered_at": clock.stamp()}
        claimed = cast("CursorResult[Any]", db.session.execute(_CLAIM, claim)).rowcount
        if not claimed:
            known = db.session.execute(select(FormAnswer.said, FormAnswer.location).where(*mine)).one()
            raise Answered(known.location if known.said == said else "")
        yield
        db.session.execute(update(FormAnswer).where(*mine).values(location=location()))
        old = (FormAnswer.user_id == actor().id, FormAnswer.answered_at < clock.stamp(clock.now() - KEPT))
        db.session.execute(delete(FormAnswer).where(*old))


def install(app: Flask) -> None:
    """A form that is sent again is no refusal: it is led where it was led the first time."""
    app.before_request(_known)
    app.register_error_handler(Answered, _again)


def _known() -> AnyResponse | None:
    """The answer of the first time, when this very form of this person has done its deed; else the view goes on."""
    key = request.form.get("form_key", "") if request.method == "POST" else ""
    if not _KEY.fullmatch(key) or not current_user.is_authenticated:
        return None
    mine = (FormAnswer.user_id == actor().id, FormAnswer.form_key == key, FormAnswer.location != "")
    known = db.session.execute(select(FormAnswer.said, FormAnswer.location).where(*mine)).one_or_none()
    return redirect(known.location, 303) if known and known.said == _said() else None


def _again(known: Answered) -> AnyResponse:
    db.session.rollback()
    if known.location:
        return redirect(known.location, 303)
    return rule_broken(AlreadyRecorded(_("Biểu mẫu này đã gửi với nội dung khác. Xin mở biểu mẫu mới.")))


def _said() -> str:
    """The digest of what was sent and where to, files too; the token of the page is not part of it."""
    sent = [[name, value] for name, value in request.form.items(multi=True) if name != "csrf_token"]
    for name, file in request.files.items(multi=True):
        read_to = file.stream.tell()
        file.stream.seek(0)
        sent.append([name, file.filename or "", hashlib.file_digest(file.stream, "sha256").hexdigest()])  # type: ignore[arg-type]
        file.stream.seek(read_to)
    sent.sort()
    return chains.digest([request.path, request.query_string.decode("latin-1"), sent])
