"""What waits of the awards: nominations, checks, the committee, decisions and what people say about them."""

from collections.abc import Iterator

from flask import url_for

from khuyenhoc.awards import decision_list, decisions, meeting_lists, meeting_work, my_files, work
from khuyenhoc.core.text import gettext as _
from khuyenhoc.home.waiting import Work
from khuyenhoc.org.access import actor, allowed, units_where
from khuyenhoc.org.units import open_ones
from khuyenhoc.web.filters import day


def waiting() -> Iterator[Work]:
    """Everything of the awards that waits for the person signed in, in the order of an award's way."""
    yield from _meetings()
    yield from _marks()
    yield from _nominations()
    yield from _checks()
    yield from _programmes()
    yield from _complaints()
    yield from _decisions()


def _open_units(permission: str) -> frozenset[int]:
    """Where the person may do this, without units that were closed: nothing waits there."""
    if not allowed(permission):
        return frozenset()
    return frozenset(open_ones(units_where(permission)))


def _nominations() -> Iterator[Work]:
    for item in work.waiting(units_where("award.confirm"), ["draft", "returned"]):
        url = url_for("nominations.index", code=item.code, trang_thai=item.state)
        if item.state == "returned":
            title = _("Hồ sơ trả lại để bổ sung: %(name)s", name=item.name)
            yield Work(item.n, title, _("Có ghi rõ cần bổ sung gì."), url)
        else:
            url = url_for("confirm_list.to_confirm", code=item.code)
            until = _("Hạn gửi %(day)s.", day=day(item.deadline))
            yield Work(item.n, _("Hồ sơ nháp chưa gửi: %(name)s", name=item.name), until, url)
    for turn in work.to_nominate(_open_units("award.nominate")):
        until = _("Đang nhận đề nghị đến hết ngày %(day)s.", day=day(turn.deadline))
        title = _("Giới thiệu người cho: %(name)s", name=turn.name)
        yield Work(1, title, until, url_for("nominate.new", code=turn.code))


def _checks() -> Iterator[Work]:
    for item in work.waiting(units_where("award.verify"), ["submitted"]):
        note = _("Người giới thiệu không tự thẩm tra.")
        url = url_for("nominations.index", code=item.code, trang_thai="submitted")
        yield Work(item.n, _("Hồ sơ chờ thẩm tra: %(name)s", name=item.name), note, url)


def _programmes() -> Iterator[Work]:
    """Whoever keeps the programme moves it on from one room to the next."""
    keeps = _open_units("programme.edit")
    for turn in work.drafts(keeps):
        title = _("Chương trình còn là bản nháp: %(name)s", name=turn.name)
        note = _("Mở thì chi hội và trường mới giới thiệu được.")
        yield Work(1, title, note, url_for("programmes.show", code=turn.code))
    leads = keeps & _open_units("meeting.hold")
    for turn in work.to_review(leads):
        title = _("Đưa ra hội đồng: %(name)s", name=turn.name)
        note = _("Hết hạn nhận %(day)s, hồ sơ đã thẩm tra xong.", day=day(turn.deadline))
        yield Work(turn.n, title, note, url_for("programmes.show", code=turn.code))
    for one in meeting_lists.to_call(leads) if leads else ():
        if not one.again:
            title, note = _("Lập cuộc họp: %(name)s", name=one.programme.name), _("%(n)s hồ sơ chờ họp.", n=one.waiting)
            yield Work(1, title, note, url_for("meetings.new", chuong_trinh=one.programme.code))
    for turn in work.to_close(leads):
        title, note = _("Kết thúc chương trình: %(name)s", name=turn.name), _("Mọi suất đã quyết toán.")
        yield Work(1, title, note, url_for("programmes.show", code=turn.code))


def _marks() -> Iterator[Work]:
    n = my_files.count_waiting(actor()) if allowed("award.score") else 0
    if n:
        note = _("Điểm của người khác chưa hiện cho đến khi mình chấm xong.")
        yield Work(n, _("Hồ sơ chờ chấm điểm"), note, url_for("scoring.index"))


def _meetings() -> Iterator[Work]:
    for one in meeting_work.waiting(actor(), _open_units("meeting.see")):
        meeting, name = one.meeting, one.meeting.programme.name
        where = f"{day(meeting.held_on)}, {meeting.place}"
        title, note = {
            meeting_work.BEGIN: (_("Bắt đầu cuộc họp: %(name)s", name=name), where),
            meeting_work.ATTEND: (_("Sắp họp xét: %(name)s", name=name), where),
            meeting_work.VOTE: (_("Biểu quyết: %(name)s", name=name), _("Cuộc họp đang chờ phiếu.")),
            meeting_work.CLOSE: (
                _("Kết thúc cuộc họp: %(name)s", name=name),
                _("Còn chờ %(n)s phiếu.", n=one.missing) if one.missing else _("Mọi người đã bỏ phiếu."),
            ),
            meeting_work.PRINT: (_("In biên bản để ký: %(name)s", name=name), where),
        }[one.what]
        yield Work(1, title, note, url_for("meetings.show", meeting_id=meeting.id))


def _complaints() -> Iterator[Work]:
    found = decision_list.unanswered(units_where("complaint.answer")) if allowed("complaint.answer") else ()
    if found:
        note = _("Trả lời trước ngày %(day)s.", day=day(found[0].answer_by))
        yield Work(len(found), _("Ý kiến chờ trả lời"), note, url_for("publication.one", complaint_id=found[0].id))


def _decisions() -> Iterator[Work]:
    for one in decision_list.ready(units_where("decision.draft")) if allowed("decision.draft") else ():
        url = url_for("drafting.new", code=one.programme.code)
        yield Work(one.count, _("Suất chờ quyết định"), one.programme.name, url)
    for decision in decision_list.to_publish(units_where("decision.publish")) if allowed("decision.publish") else ():
        over = decision.state == "published"
        title = _("Quyết định hết hạn công bố") if over else _("Quyết định chờ công bố")
        url = url_for("decisions.show", decision_id=decision.id)
        yield Work(1, title, f"{decisions.printed_number(decision)}, {decision.programme.name}", url)
