"""Permissions: which role may do what. One table, read by every route, menu and rule.

A permission is named noun.verb. ``see`` reads and changes nothing. Roles are granted on a unit with
dates and reach everything below it (see ``grants``). Who may not be the same person within one case
is decided by the approvals, not here.
"""

from khuyenhoc.core.text import lazy_gettext as _l

ROLES = {
    "administrator": _l("Quản trị"),
    "treasurer": _l("Thủ quỹ"),
    "accountant": _l("Kế toán"),
    "secretary": _l("Thư ký"),
    "chair": _l("Chủ tịch"),
    "vice_chair": _l("Phó chủ tịch"),
    "committee_member": _l("Ủy viên hội đồng xét"),
    "nominator": _l("Chi hội, trường giới thiệu"),
    "reporter": _l("Người báo cáo số liệu"),
    "auditor": _l("Ban Kiểm tra"),
    "donor": _l("Nhà hảo tâm"),
}
"""Role → its name on screen."""

_BOOKKEEPERS = frozenset({"treasurer", "accountant"})
_OFFICE = _BOOKKEEPERS | {"secretary"}
_HEADS = frozenset({"chair", "vice_chair"})
_AUDITOR = frozenset({"auditor"})
_ADMINISTRATOR = frozenset({"administrator"})
EVERYONE = frozenset(ROLES)

PERMISSIONS: dict[str, frozenset[str]] = {
    "gift.see": _OFFICE | _HEADS | _AUDITOR,
    "gift.record": _BOOKKEEPERS,
    "gift.record_goods": _OFFICE,
    "gift.acknowledge": _OFFICE,
    "gift.ask_void": _BOOKKEEPERS,
    "donor.see": _OFFICE | _HEADS | _AUDITOR,
    "donor.edit": _OFFICE,
    "campaign.see": _OFFICE | _HEADS | _AUDITOR,
    "campaign.edit": _OFFICE,
    "campaign.ask": _OFFICE,
    "fund.edit": frozenset({"accountant"}),
    "treasury.see": _BOOKKEEPERS | _HEADS | _AUDITOR,
    "treasury.record": _BOOKKEEPERS,
    "payment.prepare": frozenset({"accountant"}),
    "payment.pay": frozenset({"treasurer"}),  # who holds the cash prepares no voucher
    "cash.count": frozenset({"treasurer"}),  # the accountant never holds cash
    "period.ask": frozenset({"accountant"}),
    "books.see": _BOOKKEEPERS | _HEADS | _AUDITOR,
    "books.issue": _BOOKKEEPERS,  # a closed month's book, a count, a reconciliation: numbered and frozen
    "approval.see": _OFFICE | _HEADS | _AUDITOR,
    "approval.decide": _OFFICE | _HEADS,  # whom a policy may name; the policy in force names whom it does
    "paper.print": _OFFICE | _HEADS | _AUDITOR,
    "paper.issue": _OFFICE,
    "proof.see": _BOOKKEEPERS | _HEADS | _AUDITOR,
    "history.see": _HEADS | _AUDITOR,
    "user.see": _ADMINISTRATOR | _AUDITOR,
    "user.manage": _ADMINISTRATOR,
    "unit.see": _ADMINISTRATOR | _AUDITOR,
    "unit.manage": _ADMINISTRATOR,
    "policy.see": _ADMINISTRATOR | _HEADS | _AUDITOR,
    "policy.manage": _ADMINISTRATOR,
    "recipient.list": _OFFICE | _HEADS | _AUDITOR | frozenset({"nominator"}),
    # a member of the committee opens a file only with an award that lies before them: see recipients.sight
    "recipient.see": _OFFICE | _HEADS | _AUDITOR | frozenset({"nominator", "committee_member"}),
    "recipient.edit": frozenset({"nominator", "secretary"}),
    "evidence.see": _HEADS | _AUDITOR | frozenset({"nominator", "secretary", "committee_member"}),  # who decides
    "opening.see": _HEADS | _AUDITOR,
    "programme.see": _OFFICE | _HEADS | _AUDITOR | frozenset({"nominator", "committee_member"}),
    "programme.edit": frozenset({"secretary", "accountant"}),
    "award.see": _OFFICE | _HEADS | _AUDITOR | frozenset({"nominator", "committee_member"}),
    "award.nominate": frozenset({"nominator"}),
    "award.confirm": frozenset({"nominator"}),  # the unit's head signs the list
    "award.verify": frozenset({"secretary"}),
    "award.score": frozenset({"committee_member"}),  # the chair does not score
    "tie.name": frozenset({"committee_member"}) | _HEADS,  # who scores, votes or signs says what binds them
    "meeting.see": frozenset({"committee_member", "secretary"}) | _HEADS | _AUDITOR,
    "meeting.hold": frozenset({"committee_member", "secretary"}),  # the presider and who takes the minutes
    "decision.see": _OFFICE | _HEADS | _AUDITOR,
    "decision.draft": frozenset({"secretary"}),
    "decision.sign": _HEADS,
    "decision.publish": frozenset({"secretary"}),
    "complaint.record": frozenset({"secretary"}),
    "complaint.answer": _HEADS,
    "payout.see": _OFFICE | _HEADS | _AUDITOR,
    "payout.prepare": frozenset({"accountant"}),
    "payout.pay": frozenset({"treasurer"}),
    "payout.hand_over": frozenset({"treasurer", "secretary"}),
    "payout.settle": _BOOKKEEPERS,
    "goods.see": _OFFICE | _HEADS | _AUDITOR,
    "goods.ask": frozenset({"accountant", "secretary"}),
    "goods.receive": frozenset({"treasurer", "secretary"}),
    "goods.pay": frozenset({"treasurer"}),
    "goods.write_off": frozenset({"treasurer", "secretary"}),  # who keeps the stock asks; others decide
    "trace.see": _OFFICE | _HEADS | _AUDITOR,
    "trace.earmark": frozenset({"accountant"}),
    "trace.consent": frozenset({"accountant"}) | _HEADS | _AUDITOR,  # a giver's letter: who asks, decides, audits
    "report.see": _OFFICE | _HEADS | _AUDITOR | frozenset({"reporter"}),
    "report.issue": frozenset({"reporter", "secretary"}),  # says how figures are put, and lets the paper out
    "own.work": frozenset(ROLES) - {"donor"},
    "own.gifts": frozenset({"donor"}),
    "own.account": EVERYONE,
}
"""Permission → the roles that hold it."""

FOR_ANYONE_SIGNED_IN = frozenset({"own.account"})
"""What also somebody may do whose last role was taken away: look after the own account, and leave."""


def permissions_of(roles: frozenset[str]) -> frozenset[str]:
    """Everything that somebody with these roles may do."""
    return frozenset(name for name, holders in PERMISSIONS.items() if holders & roles)
