"""Who opened whose file, when, from where, on which page: the only thing that reading may write.

A file that cannot be noted is not shown. Rows are only ever added, by the database's own guard.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import insert, select

from khuyenhoc.core import clock
from khuyenhoc.core.context import Person, origin
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.recipients.recipient_tables import FileOpening, Recipient

PAGES = {
    "card": _l("Xem hồ sơ"),
    "edit": _l("Mở để sửa"),
    "evidence": _l("Mở minh chứng"),
    "consent_paper": _l("In phiếu đồng ý"),
    "export": _l("Tải Excel"),
    "award": _l("Xem cùng đề nghị"),
    "minutes": _l("Xem biên bản họp xét"),
    "annex": _l("Xem danh sách kèm quyết định"),
    "list": _l("Tải danh sách chi trao"),
    "files_shown": _l("Xem trong danh sách hồ sơ"),
    "nominations_shown": _l("Xem trong danh sách đề nghị"),
    "results_shown": _l("Xem trong kết quả xét"),
    "annex_shown": _l("Xem trong danh sách của quyết định"),
    "list_shown": _l("Xem trong danh sách chi trao"),
}
"""Where a file was opened → the words on screen."""

SHOWN = 50
AT_ONCE = 500


def log(recipient: Recipient, page: str, *, by: Person) -> None:
    """Note that somebody opens this file, before it is shown. Inside ``writing()`` like every deed."""
    log_many([recipient.id], page, by=by)


def log_many(recipient_ids: Sequence[int], page: str, *, by: Person) -> None:
    """As ``log``, for all the files of a list that is taken away."""
    assert page in PAGES, page
    noted = {"user_id": by.id, "user_name": by.signature, "at": clock.stamp(), "origin": origin.get()[:64]}
    noted["page"] = page
    if recipient_ids:
        db.session.execute(insert(FileOpening), [{"recipient_id": one, **noted} for one in recipient_ids])


def note_shown(recipient_ids: Iterable[int], page: str, *, by: Person) -> None:
    """Note, before a list is shown on screen, whose files it tells more of than name and school.

    In each file once a day for each reader and list: whoever turns pages or narrows the list writes nothing more.
    """
    ids = list(dict.fromkeys(recipient_ids))
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        query = select(FileOpening.recipient_id).where(
            FileOpening.recipient_id.in_(some),
            FileOpening.user_id == by.id,
            FileOpening.page == page,
            FileOpening.at >= clock.stamp(clock.midnight(clock.today())),
        )
        noted = set(db.session.scalars(query))
        if fresh := [one for one in some if one not in noted]:
            with writing():
                log_many(fresh, page, by=by)


def of(recipient: Recipient) -> Sequence[FileOpening]:
    """The latest openings of a file, newest first."""
    query = select(FileOpening).where(FileOpening.recipient_id == recipient.id)
    return db.session.scalars(query.order_by(FileOpening.id.desc()).limit(SHOWN)).all()
