"""The form that asks for a gift to be given back."""

from collections.abc import Mapping
from typing import Any

from khuyenhoc.core.dong import Dong, show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.ledger.accounts import cash_and_banks
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.payments import LONGEST_MEMO, LONGEST_PAYEE
from khuyenhoc.web.forms import DongField, Form, LongTextField, PickField, Required, TextField, whole


class RefundForm(Form):
    """How much of the gift, from which campaign's money, in cash or by the bank, to whom, and why."""

    campaign = PickField(_l("Từ tiền của chiến dịch"), [Required(_l("Từ chiến dịch nào?"))], coerce=whole)
    amount = DongField(_l("Hoàn trả bao nhiêu"), [Required(_l("Bao nhiêu tiền?"))])
    account = PickField(_l("Trả bằng"), [Required(_l("Xin chọn một nơi."))], coerce=whole)
    person = TextField(_l("Người nhận tiền"), [Required(_l("Trả cho ai?"))], longest=LONGEST_PAYEE)
    memo = LongTextField(_l("Lý do hoàn trả"), [Required(_l("Vì sao hoàn trả?"))], longest=LONGEST_MEMO)

    def __init__(self, gift: Document, left: Mapping[int, Dong], **more: Any) -> None:
        """``left``: campaign → đồng that can go back."""
        super().__init__(**more)
        self.campaign.choices = [
            (campaign_id, _("%(name)s (còn %(amount)s)", name=campaign_by_id(campaign_id).name, amount=show(amount)))
            for campaign_id, amount in left.items()
        ]
        self.account.choices = [(account.id, account.label) for account in cash_and_banks(gift.unit_id)]
