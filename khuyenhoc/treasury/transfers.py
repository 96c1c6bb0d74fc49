"""Money moved from one campaign to another of the same unit: asked by one person, approved by another, then done.

Money given for a named purpose moves only with the givers' consent, which the request must name: who agreed, on
which day, how. It is asked for when the request is made, as it is when the money moves.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.registry import Added, Approvable, Description, Fact, register
from khuyenhoc.approvals.request_tables import STATES, Request
from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import LARGEST, Dong, show
from khuyenhoc.core.errors import AlreadyRecorded, RuleBroken
from khuyenhoc.core.names import clean_lines, folded_words
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds import closing, purposes
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id, require_takes
from khuyenhoc.history import chains, seal
from khuyenhoc.ledger import balances, claims, documents, open_work, outflows
from khuyenhoc.ledger.accounts import Account, get_account
from khuyenhoc.ledger.claims import Leaving
from khuyenhoc.ledger.document_names import address_of
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.ledger.documents import Draft, Line
from khuyenhoc.ledger.outflows import Question
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.org.users import User
from khuyenhoc.tracing import eligible, foreseeing
from khuyenhoc.treasury.movements import require_of_unit

KIND = "transfer"
SHORTEST_CONSENT = 15
LONGEST_CONSENT = 1000
"""A consent is told in no fewer and no more characters."""


def ask(
    source: Campaign,
    target: Campaign,
    account: Account,
    amount: Dong,
    *,
    reason: str,
    consent: str,
    by: Person,
    key: str,
) -> Request:
    """Ask that ``amount`` move from one campaign to the other, on the account where it lies.

    The same key again gives the request that is there already; with other content AlreadyRecorded.
    """
    chains.lock(source.unit_id)
    content = {
        "to": target.id,
        "account": account.id,
        "amount": amount,
        "consent": clean_lines(consent),
        "key": key,
    }
    earlier = _asked_with(key, source.unit_id, by)
    if earlier is not None:
        if (earlier.subject_id, earlier.data, earlier.reason) == (source.id, content, clean_lines(reason)):
            return earlier
        raise AlreadyRecorded(_("Biểu mẫu này đã gửi đề nghị với nội dung khác. Xin mở biểu mẫu mới."))
    _require_sound(source, target, account, amount, consent)
    if balances.on_account_for(account.id, source.id) < amount:
        raise _not_enough(source, account)
    claims.require(_leaving(source, amount, consent))
    if said := _why_bound(source, amount, consent):
        raise NotEnough(said, field="consent")
    return requests.ask(
        KIND,
        unit_id=source.unit_id,
        subject_kind="campaign",
        subject_id=source.id,
        by=by,
        reason=reason,
        amount=amount,
        payload=content,
    )


def _asked_with(key: str, unit_id: int, by: Person) -> Request | None:
    """What this person has asked for with a form's key, from whichever campaign."""
    mine = select(Request).where(Request.asked_by == by.id, Request.unit_id == unit_id, Request.kind == KIND)
    return next((one for one in db.session.scalars(mine.order_by(Request.id)) if one.data.get("key") == key), None)


def record(
    source: Campaign,
    target: Campaign,
    account: Account,
    amount: Dong,
    *,
    on: date,
    reason: str,
    consent: str = "",
    by: Person,
    approved_by: Person,
    key: str,
) -> Document:
    """Move the money, after another person's approval: out of the one campaign, into the other, one document."""
    if by.id == approved_by.id:
        raise RuleBroken(_("Người lập và người duyệt phải là hai người."))
    consent = clean_lines(consent)
    _require_sound(source, target, account, amount, consent, on)
    draft = Draft(
        kind="transfer",
        unit_id=source.unit_id,
        series="CT",
        date=on,
        memo=clean_lines(reason).replace("\n", " "),
        lines=[
            Line(source, account, "transfers_out", -amount),
            Line(target, account, "transfers_in", amount),
        ],
        key=key,
        amount=amount,
        details={"approved_by": approved_by.signature, **({"consent": consent} if consent else {})},
    )
    return documents.post(draft, by=by)


def _require_sound(
    source: Campaign, target: Campaign, account: Account, amount: Dong, consent: str, on: date | None = None
) -> None:
    if source.id == target.id:
        raise RuleBroken(_("Xin chọn hai chiến dịch khác nhau."), field="target")
    if source.unit_id != target.unit_id:
        raise RuleBroken(_("Chỉ chuyển được giữa các chiến dịch của cùng một đơn vị."), field="target")
    require_of_unit(account, source.unit_id)
    if account.kind not in ("cash", "bank"):
        raise RuleBroken(_("Chỉ chuyển tiền mặt hoặc tiền gửi; hiện vật chưa chuyển được."), field="account")
    if not 1 <= amount <= LARGEST:
        raise RuleBroken(_("Số tiền phải lớn hơn 0 và không quá 999.999.999.999 đồng."), field="amount")
    require_takes(source, on)
    require_takes(target, on)
    _require_consent(source, clean_lines(consent))


def _require_consent(source: Campaign, consent: str) -> None:
    """RuleBroken where the campaign is for one purpose and nothing is said, or what is said is no sentence."""
    if source.restriction and not consent:
        sentence = _(
            "Tiền của %(name)s được tặng cho một mục đích riêng. Xin ghi văn bản đồng ý của nhà hảo tâm.",
            name=source.name,
        )
        raise RuleBroken(sentence, field="consent")
    if len(consent) > LONGEST_CONSENT:
        raise RuleBroken(_("Xin ghi trong 1.000 chữ."), field="consent")
    words = [word for word in folded_words(consent) if any(c.isalpha() for c in word)]
    if consent and (len(consent) < SHORTEST_CONSENT or len(words) < 2):
        sentence = _("Xin ghi rõ ai đồng ý, ngày nào, bằng cách nào (thư, tin nhắn, biên bản); ít nhất 15 ký tự.")
        raise RuleBroken(sentence, field="consent")


def _why_bound(source: Campaign, amount: Dong, consent: str) -> str:
    """The sentence that asks for the givers' consent, as moving the money would; empty when none is needed."""
    if clean_lines(consent):
        return ""
    try:
        foreseeing.after_leaving(source.id, amount)
    except NotEnough:
        free = eligible.groups(source.id).get(None, 0)
        return _(
            "%(name)s chỉ có %(free)s không gắn với mục đích riêng. Muốn chuyển nhiều hơn, xin ghi sự đồng ý của nhà"
            " hảo tâm: ai đồng ý, ngày nào, bằng cách nào.",
            name=source.name,
            free=show(free),
        )
    return ""


def _not_enough(source: Campaign, account: Account) -> NotEnough:
    have = show(balances.on_account_for(account.id, source.id))
    return NotEnough(
        _("%(account)s của %(campaign)s chỉ còn %(have)s.", account=account.name, campaign=source.name, have=have),
        field="amount",
    )


def _describe(request: Request) -> Description:
    source, target = campaign_by_id(request.subject_id), campaign_by_id(request.data["to"])
    account = get_account(request.data["account"])
    facts = [
        Fact(_("Từ"), source.name, f"/chien-dich/{source.code}"),
        Fact(_("Sang"), target.name, f"/chien-dich/{target.code}"),
        Fact(_("Nơi giữ tiền"), account.label),
        *purposes.facts(source),
    ]
    if request.data.get("consent"):
        facts.append(Fact(_("Đồng ý của nhà hảo tâm"), request.data["consent"]))
    return Description(
        title=_("Chuyển tiền từ %(source)s sang %(target)s", source=source.name, target=target.name),
        subtitle=account.label,
        amount=request.amount,
        facts=facts,
        warning=_warning(request, source, target, account) if request.is_waiting else "",
        outcome=_("Duyệt thì tiền chuyển ngay, ghi vào sổ ngày hôm nay với số CT."),
        button=_("Duyệt chuyển %(amount)s", amount=show(request.amount)),
        url="/so-sach/chuyen-chien-dich",
    )


def _leaving(source: Campaign, amount: Dong, consent: str) -> Leaving:
    return Leaving(source.id, amount, fact=bool(clean_lines(consent)))


def _warning(request: Request, source: Campaign, target: Campaign, account: Account) -> str:
    what = _("chuyển sang %(target)s", target=target.name)
    return " ".join(filter(None, (_why_not(request, source, account), purposes.why_another(source, target.kind, what))))


def _why_not(request: Request, source: Campaign, account: Account) -> str:
    if balances.on_account_for(account.id, source.id) < request.amount:
        return str(_not_enough(source, account))
    consent = request.data["consent"]
    return claims.why_kept(_leaving(source, request.amount, consent)) or _why_bound(source, request.amount, consent)


def _fingerprint(request: Request) -> str:
    """Both campaigns as they stand: a restriction changed after asking is shown again before approving."""
    return seal.fingerprint("campaigns", request.subject_id) + seal.fingerprint("campaigns", request.data["to"])


def _question(request: Request) -> Question:
    """All that leaves the campaign in the month in which this was asked, wherever it goes."""
    return outflows.question([request.subject_id], clock.from_stamp(request.asked_at).date(), [], KIND)


def _going_out(question: Question) -> Iterable[Added]:
    """Moved already by live documents dated in the month, or asked in it and waiting: to no payee."""
    if question.kind != KIND:
        return
    moved = (
        select(Document, DocumentLine.amount)
        .join(DocumentLine, Document.id == DocumentLine.document_id)
        .where(
            DocumentLine.campaign_id.in_(sorted(question.campaign_ids)),
            DocumentLine.heading == "transfers_out",
            Document.kind == KIND,
            Document.state != "voided",
            Document.date >= question.first,
            Document.date < question.following,
        )
    )
    for document, amount in db.session.execute(moved):
        target = next(line.campaign_id for line in document.lines if line.heading == "transfers_in")
        name, url = campaign_by_id(target).name, address_of(document)
        yield Added(KIND, document.id, document.date, document.memo, name, document.label, -amount, url)
    waiting = select(Request).where(
        Request.kind == KIND, Request.state == "waiting", Request.subject_kind == "campaign"
    )
    for asked in db.session.scalars(waiting.where(Request.subject_id.in_(sorted(question.campaign_ids)))):
        day, name = clock.from_stamp(asked.asked_at).date(), campaign_by_id(asked.data["to"]).name
        if question.has_day(day):
            url = f"/phe-duyet/{asked.id}"
            yield Added(KIND, asked.id, day, asked.reason, name, str(STATES[asked.state]), asked.amount, url)


def _carry_out(request: Request, /, *, by: User) -> None:
    record(
        campaign_by_id(request.subject_id),
        campaign_by_id(request.data["to"]),
        get_account(request.data["account"]),
        request.amount,
        on=clock.today(),
        reason=request.reason,
        consent=request.data["consent"],
        by=db.session.get_one(User, request.asked_by),
        approved_by=by,
        key=f"transfer:{request.id}",
    )


def _concerns(request: Request, campaign: Campaign) -> bool:
    return campaign.id in (request.subject_id, request.data["to"])


closing.register("transfers", open_work.waiting_for(KIND, _concerns))
outflows.register("transfers", _going_out, {KIND: _question})
register(
    Approvable(
        kind=KIND,
        title=_l("Chuyển tiền giữa chiến dịch"),
        describe=_describe,
        fingerprint=_fingerprint,
        carry_out=_carry_out,
        total=outflows.total,
        added=outflows.added,
    )
)
