"""The forms about a bound gift: what it may pay for, on what ground, and why that ends."""

from collections.abc import Iterable
from typing import Any

import wtforms

from khuyenhoc.awards.consent_proofs import ConsentProof
from khuyenhoc.awards.earmarking import LONGEST, Consent
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import campaigns_of
from khuyenhoc.recipients.files import ACCEPTED, LARGEST
from khuyenhoc.web.fields import (
    ChoiceField,
    DayField,
    KeyField,
    LongTextField,
    PickField,
    Required,
    TextField,
    UploadField,
    whole,
)
from khuyenhoc.web.forms import Form
from khuyenhoc.web.lists import Filter

BASES = {"restriction": _l("Nằm trong lời của nhà hảo tâm"), "consent": _l("Nhà hảo tâm đồng ý mục đích khác")}

MARKED = {"chua": _l("Chưa gắn mức nào"), "roi": _l("Đã gắn")}


class BindForm(Form):
    """Which level the gift may pay for. With the giver's later agreement: who, when, how, and where its proof is."""

    level = PickField(_l("Dùng cho mức"), [Required(_l("Cho mức nào?"))], coerce=whole, blank=_l("Chọn mức"))
    basis = ChoiceField(_l("Căn cứ"), [Required(_l("Căn cứ vào đâu?"))], choices=list(BASES.items()))
    who = TextField(_l("Ai đồng ý"), longest=LONGEST)
    on = DayField(_l("Ngày đồng ý"), future=False)
    how = TextField(_l("Đồng ý bằng cách nào"), longest=LONGEST)
    proof = TextField(_l("Minh chứng lưu ở đâu"), longest=LONGEST)
    file = UploadField(_l("Ảnh hoặc bản PDF của văn bản đồng ý"), accept=ACCEPTED, largest=LARGEST)
    kept = KeyField()
    reason = LongTextField(_l("Lý do"), [Required(_l("Vì sao?"))], longest=500)

    def __init__(self, levels: Iterable[tuple[int, str]], **more: Any) -> None:
        super().__init__(**more)
        self.level.choices = list(levels)

    def validate_on(self, field: DayField) -> None:
        """An agreement has its day."""
        if self.basis.data == "consent" and field.data is None and not field.errors:
            raise wtforms.ValidationError(_("Ngày nào?"))

    @property
    def is_consent(self) -> bool:
        """Whether the giver agreed to another purpose."""
        return bool(self.basis.data == "consent")

    def consent(self, file: ConsentProof | None) -> Consent | None:
        """The agreement as it was answered; nothing where the giver's own words are the ground."""
        if not self.is_consent:
            return None
        return Consent(self.who.data or "", self.answers["on"], self.how.data or "", self.proof.data or "", file)


class BoundFilter(Filter):
    """The questions above the list of bound gifts."""

    gan = PickField(_l("Đã gắn mức"), choices=list(MARKED.items()), blank=_l("Tất cả"))
    chien_dich = PickField(_l("Tiền đang ở chiến dịch"), coerce=whole, blank=_l("Tất cả"))

    def __init__(self, formdata: Any, unit_ids: Iterable[int]) -> None:
        super().__init__(formdata)
        self.chien_dich.choices = [(one.id, one.name) for one in campaigns_of(sorted(unit_ids)) if one.state != "draft"]
        self.validate()


class EndBindingForm(Form):
    """Why a gift no longer pays for a level."""

    reason = LongTextField(_l("Lý do"), [Required(_l("Vì sao?"))], longest=500)
