"""Every kind of paper that can be issued, by the name of its template."""

from khuyenhoc.papers import annual, books, decisions, goods, lists, minutes, vouchers
from khuyenhoc.papers import content as contents
from khuyenhoc.papers.content import Paper

_ALL: tuple[type[Paper], ...] = (
    contents.Receipt,
    contents.Confirmation,
    contents.GoodsReceipt,
    contents.ThankYou,
    contents.GoldHeart,
    books.CashCount,
    books.CashBook,
    books.BankBook,
    books.Journal,
    books.Reconciliation,
    annual.AnnualReport,
    *vouchers.ALL,
    *decisions.ALL,
    *minutes.ALL,
    *lists.ALL,
    *goods.ALL,
)
KINDS = {kind.TEMPLATE: kind for kind in _ALL}
OF_GIFTS = frozenset({"receipt", "confirmation", "goods_receipt", "thank_you", "gold_heart"})
"""Papers of a gift."""

OF_DOCUMENTS = OF_GIFTS | {kind.TEMPLATE for kind in (*vouchers.ALL, *decisions.ALL, *goods.OF_DOCUMENTS)}
"""Papers of a document of the ledger: they bear its entry's seal, and HỦY when it is void."""

VOUCHERS = (
    contents.Receipt,
    contents.Confirmation,
    contents.GoodsReceipt,
    vouchers.Voucher,
    decisions.AwardDecision,
    goods.GoodsHandover,
    goods.WriteOffMinutes,
)
"""Papers that must say the very number and amount of their document."""
