"""Do lots add up, each and all of them to the stock of the books? Does each numbered piece stand in one state?"""

from collections.abc import Iterator
from typing import Any

from khuyenhoc.core.text import gettext as _
from khuyenhoc.proof.rows import Row, stream, whole
from khuyenhoc.proof.violations import Violation

_LIVE_LOT = (
    "SELECT l.document_id, l.position, l.campaign_id, l.item_id, l.quantity, l.amount FROM document_lines l"
    " JOIN documents d ON d.id = l.document_id JOIN accounts a ON a.id = l.account_id"
    " WHERE a.kind = 'stock' AND l.quantity > 0 AND d.state <> 'voided'"
)
_LIVE_TAKES = (
    "SELECT t.lot_document_id, t.lot_position, SUM(t.quantity) AS quantity, SUM(t.amount) AS amount FROM lot_takes t"
    " JOIN documents u ON u.id = t.document_id WHERE u.state <> 'voided' GROUP BY t.lot_document_id, t.lot_position"
)
_LEFT = (
    f"SELECT l.document_id, l.position, l.campaign_id, l.item_id, l.quantity, l.amount,"  # noqa: S608 - fixed text
    " COALESCE(t.quantity, 0) AS taken, COALESCE(t.amount, 0) AS worth"
    f" FROM ({_LIVE_LOT}) l LEFT JOIN ({_LIVE_TAKES}) t"
    " ON t.lot_document_id = l.document_id AND t.lot_position = l.position ORDER BY l.document_id, l.position"
)
_STRAY = (
    "SELECT t.document_id, t.position, t.lot_document_id, t.lot_position FROM lot_takes t"  # noqa: S608
    " JOIN documents u ON u.id = t.document_id"
    f" LEFT JOIN ({_LIVE_LOT}) l ON l.document_id = t.lot_document_id AND l.position = t.lot_position"
    " WHERE u.state <> 'voided' AND l.document_id IS NULL ORDER BY t.document_id, t.position"
)
_WENT = (
    "SELECT x.document_id, x.campaign_id, x.item_id, SUM(x.went) AS went, SUM(x.worth) AS worth,"
    " SUM(x.taken) AS taken, SUM(x.taken_worth) AS taken_worth FROM ("
    "SELECT l.document_id, l.campaign_id, l.item_id, -l.quantity AS went, -l.amount AS worth, 0 AS taken,"
    " 0 AS taken_worth FROM document_lines l JOIN documents d ON d.id = l.document_id"
    " JOIN accounts a ON a.id = l.account_id WHERE a.kind = 'stock' AND l.quantity < 0 AND d.state <> 'voided'"
    " UNION ALL SELECT t.document_id, l.campaign_id, l.item_id, 0, 0, t.quantity, t.amount FROM lot_takes t"
    " JOIN documents u ON u.id = t.document_id"
    " JOIN document_lines l ON l.document_id = t.lot_document_id AND l.position = t.lot_position"
    " WHERE u.state <> 'voided') x GROUP BY x.document_id, x.campaign_id, x.item_id"
    " HAVING SUM(x.went) <> SUM(x.taken) OR SUM(x.worth) <> SUM(x.taken_worth)"
    " ORDER BY x.document_id, x.campaign_id, x.item_id"
)
_STOCK = (
    "SELECT p.campaign_id, p.item_id, c.code AS campaign, i.code AS item, SUM(p.quantity) AS quantity,"
    " SUM(p.amount) AS amount FROM postings p JOIN accounts a ON a.id = p.account_id"
    " JOIN campaigns c ON c.id = p.campaign_id JOIN items i ON i.id = p.item_id"
    " WHERE a.kind = 'stock' GROUP BY p.campaign_id, p.item_id, c.code, i.code ORDER BY c.code, i.code"
)
_SERIALS = (
    "SELECT s.id, s.serial, s.award_id, s.handover_id, l.document_id AS lot, l.item_id AS lot_item, s.item_id,"
    " came.state AS came, went.kind AS went_kind, went.state AS went, a.state AS award, t.quantity AS taken,"
    " w.write_off_id, p.document_id AS stands FROM serials s"
    " LEFT JOIN document_lines l ON l.document_id = s.lot_document_id AND l.position = s.lot_position"
    " AND l.quantity > 0 LEFT JOIN documents came ON came.id = s.lot_document_id"
    " LEFT JOIN documents went ON went.id = s.handover_id LEFT JOIN awards a ON a.id = s.award_id"
    " LEFT JOIN lot_takes t ON t.document_id = s.handover_id AND t.lot_document_id = s.lot_document_id"
    " AND t.lot_position = s.lot_position"
    " LEFT JOIN payout_lines p ON p.award_id = s.award_id AND p.live AND p.outcome = 'received'"
    " LEFT JOIN write_offs o ON o.document_id = s.handover_id"
    " LEFT JOIN write_off_pieces w ON w.write_off_id = o.id AND w.serial_id = s.id ORDER BY s.id"
)
_NUMBERED = (
    "SELECT s.lot_document_id, s.lot_position, COUNT(*) AS numbered FROM serials s"
    " LEFT JOIN documents went ON went.id = s.handover_id WHERE went.id IS NULL OR went.state = 'voided'"
    " GROUP BY s.lot_document_id, s.lot_position"
)
_TOO_MANY = (
    f"SELECT l.document_id, l.position, l.quantity - COALESCE(t.quantity, 0) AS there, n.numbered"  # noqa: S608
    f" FROM ({_LIVE_LOT}) l JOIN ({_NUMBERED}) n ON n.lot_document_id = l.document_id AND n.lot_position = l.position"
    f" LEFT JOIN ({_LIVE_TAKES}) t ON t.lot_document_id = l.document_id AND t.lot_position = l.position"
    " WHERE n.numbered > l.quantity - COALESCE(t.quantity, 0) ORDER BY l.document_id, l.position"
)
_LEFT_OUT = (
    "SELECT w.write_off_id, w.serial_id, o.document_id, s.handover_id FROM write_off_pieces w"
    " JOIN write_offs o ON o.id = w.write_off_id JOIN documents d ON d.id = o.document_id"
    " JOIN serials s ON s.id = w.serial_id WHERE d.state <> 'voided'"
    " AND (s.handover_id IS NULL OR s.handover_id <> o.document_id) ORDER BY w.write_off_id, w.serial_id"
)


def adding_up() -> Iterator[Violation]:
    """Received − handed over − written off = left, lot by lot, and all lots of a campaign's item are its stock."""
    for row in stream(_STRAY):
        where = f"{row['document_id']}/{row['position']}"
        text = _("Lấy từ một lô không có, hoặc lô đã hủy.")
        yield Violation("lot_takes", where, "lot_document_id", None, row["lot_document_id"], text)
    for row in stream(_WENT):
        for field, went, taken in (("quantity", "went", "taken"), ("amount", "worth", "taken_worth")):
            if row[went] != row[taken]:
                text = _("Chứng từ xuất kho không bằng phần lấy từ các lô.")
                yield Violation("lot_takes", str(row["document_id"]), field, row[went], row[taken], text)
    left: dict[tuple[Any, Any], list[int]] = {}
    for row in stream(_LEFT):
        yield from _one_lot(row)
        sums = left.setdefault((row["campaign_id"], row["item_id"]), [0, 0])
        sums[0] += whole(row["quantity"]) - whole(row["taken"])
        sums[1] += whole(row["amount"]) - whole(row["worth"])
    for row in stream(_STOCK):
        quantity, amount = left.pop((row["campaign_id"], row["item_id"]), [0, 0])
        for field, found in (("quantity", quantity), ("amount", amount)):
            if row[field] != found:
                where, text = f"{row['campaign']}/{row['item']}", _("Các lô cộng lại không bằng kho trong sổ cái.")
                yield Violation("postings", where, field, row[field], found, text)
    for (campaign_id, item_id), (quantity, _amount) in left.items():
        text = _("Các lô cộng lại không bằng kho trong sổ cái.")
        yield Violation("balances", f"{campaign_id}/{item_id}", "quantity", 0, quantity, text)


def _one_lot(row: Row) -> Iterator[Violation]:
    where = f"{row['document_id']}/{row['position']}"
    for field, taken in (("quantity", "taken"), ("amount", "worth")):
        if whole(row[taken]) > whole(row[field]):
            text = _("Lấy từ lô nhiều hơn đã nhập.")
            yield Violation("document_lines", where, field, row[field], row[taken], text)
    if row["quantity"] == row["taken"] and row["amount"] != row["worth"]:
        text = _("Lô đã hết mà trị giá còn lại.")
        yield Violation("document_lines", where, "amount", row["amount"], row["worth"], text)


def one_state() -> Iterator[Violation]:
    """A numbered piece lies in its lot, or was handed over to its award, or was written off: one of them."""
    for row in stream(_SERIALS):
        yield from _one_piece(row)
    for row in stream(_TOO_MANY):
        where, text = f"{row['document_id']}/{row['position']}", _("Lô có nhiều số khung hơn số chiếc còn lại.")
        yield Violation("serials", where, "lot_position", row["there"], row["numbered"], text)
    for row in stream(_LEFT_OUT):
        where, text = f"{row['write_off_id']}/{row['serial_id']}", _("Số khung đã xóa sổ mà không ra khỏi kho.")
        yield Violation("write_off_pieces", where, "serial_id", row["document_id"], row["handover_id"], text)


def _one_piece(row: Row) -> Iterator[Violation]:
    where, name = str(row["id"]), row["serial"]
    if row["lot"] is None or row["lot_item"] != row["item_id"]:
        text = _("Số khung %(number)s không nằm trong lô nào của hiện vật ấy.", number=name)
        yield Violation("serials", where, "lot_document_id", row["item_id"], row["lot_item"], text)
    handed, written_off = row["went_kind"] == "handover", row["went_kind"] == "write_off"
    if handed and (row["went"] == "voided" or row["stands"] != row["handover_id"]):
        text = _("Số khung %(number)s ghi theo một chứng từ mà suất của nó không nhận.", number=name)
        yield Violation("serials", where, "handover_id", row["stands"], row["handover_id"], text)
    if row["handover_id"] is None or row["went"] == "voided":
        return
    if not handed and not written_off:
        text = _("Số khung %(number)s ra khỏi kho bằng chứng từ không phải phiếu xuất.", number=name)
        yield Violation("serials", where, "handover_id", None, row["handover_id"], text)
    elif row["came"] == "voided" or row["taken"] is None:
        text = _("Số khung %(number)s ra khỏi kho mà chứng từ không lấy từ lô của nó.", number=name)
        yield Violation("serials", where, "handover_id", None, row["handover_id"], text)
    elif handed and row["award"] not in ("handed_over", "settled"):
        text = _("Số khung %(number)s đã trao mà không thuộc hồ sơ nào đã nhận.", number=name)
        yield Violation("serials", where, "award_id", "handed_over", row["award"], text)
    elif written_off and (row["write_off_id"] is None or row["award"] in ("decided", "published")):
        text = _(
            "Số khung %(number)s đã xóa sổ mà vẫn dành cho hồ sơ, hoặc không có trong đề nghị xóa sổ.", number=name
        )
        yield Violation("serials", where, "handover_id", row["write_off_id"], row["handover_id"], text)
