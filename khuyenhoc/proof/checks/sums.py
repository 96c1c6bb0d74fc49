"""Does every entry balance within each campaign, and are the kept sums the sums of their rows?"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from khuyenhoc.core.text import gettext as _
from khuyenhoc.ledger.accounts import KIND, KINDS
from khuyenhoc.proof.rows import every, key, stream, whole
from khuyenhoc.proof.violations import Violation


def entries_balance() -> Iterator[Violation]:
    """Σ amount = 0 per entry and campaign."""
    sql = (
        "SELECT unit_id, entry_number, campaign_id, SUM(amount) AS total FROM postings"
        " GROUP BY unit_id, entry_number, campaign_id HAVING SUM(amount) <> 0"
    )
    for row in stream(sql):
        where = f"{row['unit_id']}/{row['entry_number']}"
        yield Violation("entries", where, "amount", 0, row["total"], _("Bút toán không cân trong chiến dịch."))


def mirrors() -> Iterator[Violation]:
    """A reversing entry is the exact mirror of its original."""
    sql = (
        "SELECT r.unit_id, r.number, p.account_id, p.campaign_id, p.item_id, SUM(p.amount) AS amount"
        " FROM entries r JOIN postings p ON p.unit_id = r.unit_id AND p.entry_number IN (r.number, r.reversal_of)"
        " WHERE r.reversal_of IS NOT NULL GROUP BY r.unit_id, r.number, p.account_id, p.campaign_id, p.item_id"
        " HAVING SUM(p.amount) <> 0 OR SUM(p.quantity) <> 0"
    )
    for row in stream(sql):
        where = f"{row['unit_id']}/{row['number']}"
        yield Violation("postings", where, "amount", 0, row["amount"], _("Bút toán đảo không đúng bằng bút toán gốc."))


Sums = dict[tuple[Any, ...], list[int]]


def balances() -> Iterator[Violation]:
    """Kept balances, now and at each day's end, equal the sums of postings, and none is below zero."""
    by_day = _movements()
    now: Sums = defaultdict(lambda: [0, 0])
    days: Sums = {}
    for campaign, account, item, day in sorted(by_day, key=lambda k: tuple(str(part).zfill(20) for part in k)):
        moved, standing = by_day[campaign, account, item, day], now[campaign, account, item]
        standing[0] += moved[0]
        standing[1] += moved[1]
        days[campaign, account, item, day] = list(standing)
    guards = _guards()
    yield from _compare("balances", dict(now), guards)
    yield from _compare("day_balances", days, guards)


def _movements() -> Sums:
    """What each day moved on each account (and on the measures), straight from the postings."""
    kinds = {row["id"]: (row["kind"], row["unit_id"]) for row in stream("SELECT id, kind, unit_id FROM accounts")}
    measure = {(unit, kind): id for id, (kind, unit) in kinds.items() if kind in ("available", "free")}
    sql = (
        "SELECT p.campaign_id, p.account_id, COALESCE(p.item_id, 0) AS item_id, e.date AS day,"
        " SUM(p.amount) AS amount, SUM(p.quantity) AS quantity"
        " FROM postings p JOIN entries e ON e.unit_id = p.unit_id AND e.number = p.entry_number"
        " GROUP BY p.campaign_id, p.account_id, COALESCE(p.item_id, 0), e.date"
    )
    found: Sums = defaultdict(lambda: [0, 0])

    def add(campaign: Any, account: Any, item: Any, day: Any, amount: int, quantity: int) -> None:
        found[campaign, account, item, day][0] += amount
        found[campaign, account, item, day][1] += quantity

    for row in stream(sql):
        campaign, account, item, day = row["campaign_id"], row["account_id"], row["item_id"], row["day"]
        amount, quantity = _int(row["amount"]), _int(row["quantity"])
        add(campaign, account, item, day, amount, quantity)
        name, unit = kinds.get(account, ("", 0))
        kind = KIND.get(name)
        if kind and kind.available:
            add(campaign, measure.get((unit, "available")), 0, day, amount * kind.available, 0)
        if kind and kind.free:
            add(campaign, measure.get((unit, "free")), item, day, 0, quantity * kind.free)
    return found


def _int(value: Any) -> int:
    return int(value) if isinstance(value, int | float) else 0  # SQLite sums a text that is no number as 0.0


def _guards() -> dict[int, int]:
    return {
        row["id"]: KIND[row["kind"]].guard if row["kind"] in KIND else 0
        for row in stream("SELECT id, kind FROM accounts")
    }


def _compare(name: str, should: Sums, guards: dict[int, int]) -> Iterator[Violation]:
    left = dict(should)
    for row in every(name):
        place = tuple(row[column] for column in ("campaign_id", "account_id", "item_id"))
        place = (*place, row["day"]) if name == "day_balances" else place
        amount, quantity = left.pop(place, [None, None])
        guard = guards.get(row["account_id"], 0)
        for field, expected in (("amount", amount), ("quantity", quantity), ("guard", guard)):
            if row[field] != expected:
                yield Violation(
                    name, key(name, row), field, expected, row[field], _("Số giữ sẵn khác tổng các định khoản.")
                )
        if guard * whole(row["amount"]) < 0 or guard * whole(row["quantity"]) < 0:
            yield Violation(name, key(name, row), "amount", 0, row["amount"], _("Số dư dưới không."))
    for place, (amount, quantity) in left.items():
        here = "/".join(str(part) for part in place)
        yield Violation(name, here, "amount", amount, None, _("Thiếu dòng số dư (%(n)s).", n=quantity))


def kinds() -> Iterator[Violation]:
    """The kinds of account that the triggers read are those of the rules."""
    should = {kind.kind: kind for kind in KINDS}
    for row in every("account_kinds"):
        kind = should.pop(row["kind"], None)
        for field in ("guard", "available", "free"):
            expected = getattr(kind, field) if kind else None
            if row[field] != expected:
                yield Violation("account_kinds", row["kind"], field, expected, row[field], _("Loại tài khoản bị đổi."))
    for name in should:
        yield Violation("account_kinds", name, "kind", name, None, _("Thiếu loại tài khoản."))


def document_totals() -> Iterator[Violation]:
    """The kept totals of documents are the sums of the live documents' lines."""
    sql = (
        "SELECT l.campaign_id, l.heading, l.account_id, COALESCE(l.item_id, 0) AS item_id, SUM(l.amount) AS amount,"
        " SUM(l.quantity) AS quantity, COUNT(*) AS lines FROM document_lines l JOIN documents d ON d.id = l.document_id"
        " WHERE d.state <> 'voided' GROUP BY l.campaign_id, l.heading, l.account_id, COALESCE(l.item_id, 0)"
    )
    columns = ("campaign_id", "heading", "account_id", "item_id")
    should = {tuple(row[column] for column in columns): row for row in stream(sql)}
    for row in every("document_totals"):
        expected = should.pop(tuple(row[column] for column in columns), {"amount": 0, "quantity": 0, "lines": 0})
        for field in ("amount", "quantity", "lines"):
            if row[field] != _int(expected[field]):
                where = key("document_totals", row)
                yield Violation(
                    "document_totals", where, field, expected[field], row[field], _("Tổng giữ sẵn khác tổng chứng từ.")
                )
        if expected["lines"] == 0 and not _was_ever_used(row):
            where = key("document_totals", row)
            yield Violation("document_totals", where, "lines", None, 0, _("Dòng tổng không thuộc chứng từ nào."))
    for place, row in should.items():
        where = "/".join(str(part) for part in place)
        yield Violation("document_totals", where, "amount", row["amount"], None, _("Thiếu dòng tổng chứng từ."))


def _was_ever_used(row: dict[str, Any]) -> bool:
    """A total of nothing is right where every document of its kind was voided."""
    sql = (
        "SELECT 1 AS one FROM document_lines WHERE campaign_id = :campaign AND heading = :heading"
        " AND account_id = :account AND COALESCE(item_id, 0) = :item LIMIT 1"
    )
    found = stream(
        sql, campaign=row["campaign_id"], heading=row["heading"], account=row["account_id"], item=row["item_id"]
    )
    return next(found, None) is not None


_GIFT_DAYS = (
    "SELECT d.unit_id, 0 AS campaign_id, d.date AS day, n.method,"
    " SUM(CASE WHEN d.state <> 'voided' THEN 1 ELSE 0 END) AS gifts,"
    " SUM(CASE WHEN d.state <> 'voided' THEN d.amount ELSE 0 END) AS amount"
    " FROM documents d JOIN donations n ON n.document_id = d.id GROUP BY d.unit_id, d.date, n.method"
    " UNION ALL SELECT d.unit_id, s.campaign_id, s.date, n.method,"
    " SUM(CASE WHEN d.state <> 'voided' THEN 1 ELSE 0 END), SUM(CASE WHEN d.state <> 'voided' THEN s.amount ELSE 0 END)"
    " FROM documents d JOIN donations n ON n.document_id = d.id JOIN donation_shares s ON s.document_id = d.id"
    " GROUP BY d.unit_id, s.campaign_id, s.date, n.method"
)


def gift_days() -> Iterator[Violation]:
    """The kept totals of each day's gifts are the sums of the live gifts."""
    columns = ("unit_id", "campaign_id", "day", "method")
    should = {tuple(row[column] for column in columns): row for row in stream(_GIFT_DAYS)}
    for row in every("gift_days"):
        expected = should.pop(tuple(row[column] for column in columns), {"gifts": None, "amount": None})
        for field in ("gifts", "amount"):
            if row[field] != expected[field]:
                where, text = key("gift_days", row), _("Tổng giữ sẵn của ngày khác tổng các khoản ủng hộ.")
                yield Violation("gift_days", where, field, expected[field], row[field], text)
    for place, row in should.items():
        where = "/".join(str(part) for part in place)
        yield Violation("gift_days", where, "amount", row["amount"], None, _("Thiếu dòng tổng của ngày."))


_PLACES = (
    "SELECT s.campaign_id, n.method, d.state, s.date, s.document_id, d.created_by AS recorder_id, s.amount"
    " FROM donation_shares s JOIN documents d ON d.id = s.document_id JOIN donations n ON n.document_id = d.id"
)
_KEPT_PLACES = "SELECT campaign_id, method, state, date, document_id, recorder_id, amount FROM campaign_gifts"


def campaign_gifts() -> Iterator[Violation]:
    """The index of campaigns' gifts says of each what its document and share say, and of no other."""
    should = {_place(row): row for row in stream(f"{_PLACES} EXCEPT {_KEPT_PLACES}")}
    for row in stream(f"{_KEPT_PLACES} EXCEPT {_PLACES}"):
        text = _("Bảng tra khoản ủng hộ của chiến dịch khác chứng từ.")
        wanted = should.pop(_place(row), {**row, "document_id": None})
        for field in (field for field in wanted if wanted[field] != row[field]):
            yield Violation("campaign_gifts", key("campaign_gifts", row), field, wanted[field], row[field], text)
    for row in should.values():
        text = _("Thiếu khoản ủng hộ trong bảng tra của chiến dịch.")
        yield Violation("campaign_gifts", key("campaign_gifts", row), "document_id", row["document_id"], None, text)


def _place(row: dict[str, Any]) -> tuple[Any, Any]:
    return row["campaign_id"], row["document_id"]
