"""The repeated rows of a programme's form. An empty row asks for nothing; a row begun is answered whole."""

from typing import Any

import wtforms

from khuyenhoc.awards import plans
from khuyenhoc.awards.plans import CriterionPlan, DocumentPlan, FundingPlan, ItemPlan, LevelPlan, QuotaPlan
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.recipients.recipient_tables import EVIDENCE_KINDS, KINDS, LEVELS
from khuyenhoc.web.forms import DongField, LongTextField, Part, PickField, QuantityField, TextField, YesField, whole

FOR_WHOM = {
    **KINDS,
    "pupil,student": _l("Học sinh, sinh viên"),
    "member,teacher": _l("Hội viên, giáo viên"),
}
"""Whom a level may be for; nothing chosen: anyone."""

SCHOOLS = {
    **LEVELS,
    "primary,lower_secondary": _l("Tiểu học và THCS"),
    "lower_secondary,upper_secondary": _l("THCS và THPT"),
    "primary,lower_secondary,upper_secondary": _l("Tiểu học, THCS, THPT"),
}


class Row(Part):
    """One row; ``starts`` names the fields that begin it, ``asks`` what a begun row must answer, and in which words."""

    starts: tuple[str, ...] = ()
    asks: dict[str, Any] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written into the row."""
        return not any(_typed(self[name]) for name in self.starts)

    def validate(self, extra_validators: Any = None) -> bool:
        """An empty row is fine; a begun one is asked for what is missing."""
        if self.is_empty:
            return True
        fine = super().validate(extra_validators)
        for name, sentence in self.asks.items():
            field = self[name]
            if not field.errors and (field.data is None or field.data == ""):
                field.errors = [str(sentence)]
                fine = False
        return fine


def _typed(field: wtforms.Field) -> bool:
    raw = field.raw_data[0] if field.raw_data else None
    return bool(str(raw).strip()) if raw is not None else field.data not in (None, "", False)


class LevelPart(Row):
    """One level (mức)."""

    starts = ("code", "label", "amount", "quota")
    asks = {
        "code": _l("Mã mức? Ví dụ: THCS."),
        "label": _l("Mức này gọi là gì?"),
        "amount": _l("Một suất bao nhiêu?"),
    }
    code = TextField(_l("Mã"), longest=12)
    label = TextField(_l("Tên mức"), longest=120)
    amount = DongField(_l("Một suất trị giá"))
    quota = QuantityField(_l("Số suất"), most=plans.LARGEST_QUOTA)
    recipient_kinds = PickField(_l("Dành cho"), blank=_l("Mọi đối tượng"), choices=list(FOR_WHOM.items()))
    school_levels = PickField(_l("Cấp học"), blank=_l("Mọi cấp học"), choices=list(SCHOOLS.items()))

    def plan(self, items: tuple[ItemPlan, ...]) -> LevelPlan:
        """The row as a level, with the goods of its package."""
        return LevelPlan(
            code=self.code.data or "",
            label=self.label.data or "",
            amount=self.amount.data or 0,
            quota=self.quota.data,
            recipient_kinds=self.recipient_kinds.data or "",
            school_levels=self.school_levels.data or "",
            items=items,
        )


class ItemPart(Row):
    """So many pieces of an item in each package of a level."""

    starts = ("level", "item", "quantity")
    asks = {"level": _l("Trong mức nào?"), "item": _l("Hiện vật gì?"), "quantity": _l("Mỗi suất mấy cái?")}
    level = TextField(_l("Mã mức"), longest=12)
    item = PickField(_l("Hiện vật"), blank=_l("Chọn hiện vật"), coerce=whole)
    quantity = QuantityField(_l("Số lượng mỗi suất"), most=1000)


class FundingPart(Row):
    """A campaign that pays."""

    starts = ("campaign", "level", "amount")
    asks = {"campaign": _l("Chi từ chiến dịch nào?")}
    campaign = PickField(_l("Chiến dịch"), blank=_l("Chọn chiến dịch"), coerce=whole)
    level = TextField(_l("Chỉ cho mức (mã)"), longest=12)
    amount = DongField(_l("Nhiều nhất"))

    @property
    def plan(self) -> FundingPlan:
        """The row as a funding line."""
        return FundingPlan(self.campaign.data or 0, (self.level.data or "").upper(), self.amount.data)


class QuotaPart(Row):
    """How many a unit may nominate."""

    starts = ("quota", "level")
    asks = {"unit": _l("Cho đơn vị nào?"), "quota": _l("Bao nhiêu suất?")}
    unit = PickField(_l("Đơn vị"), blank=_l("Chọn đơn vị"), coerce=whole)
    level = TextField(_l("Chỉ cho mức (mã)"), longest=12)
    quota = QuantityField(_l("Chỉ tiêu"), most=plans.LARGEST_QUOTA)

    @property
    def plan(self) -> QuotaPlan:
        """The row as a quota."""
        return QuotaPlan(self.unit.data or 0, self.quota.data or 0, (self.level.data or "").upper())


class DocumentPart(Row):
    """A paper to bring."""

    starts = ("name",)
    asks = {"kind": _l("Giấy này thuộc loại nào?")}
    name = TextField(_l("Tên giấy tờ"), longest=120)
    kind = PickField(_l("Loại"), blank=_l("Chọn loại"), choices=list(EVIDENCE_KINDS.items()))
    optional = YesField(_l("Có thì tốt, không bắt buộc"))

    @property
    def plan(self) -> DocumentPlan:
        """The row as a required document."""
        return DocumentPlan(self.name.data or "", self.kind.data or "", bool(self.optional.data))


class CriterionPart(Row):
    """One line of the rubric."""

    starts = ("name", "weight", "most", "meaning")
    asks = {"name": _l("Chấm điều gì?"), "weight": _l("Trọng số?"), "most": _l("Cao nhất mấy điểm?")}
    name = TextField(_l("Tiêu chí"), longest=120)
    weight = QuantityField(_l("Trọng số"), most=100)
    most = QuantityField(_l("Điểm cao nhất"), most=100)
    meaning = LongTextField(_l("Mỗi mức điểm nghĩa là gì"), longest=1000)

    @property
    def plan(self) -> CriterionPlan:
        """The row as a criterion."""
        meaning = self.meaning.data or ""
        return CriterionPlan(self.name.data or "", self.weight.data or 0, self.most.data or 0, meaning)


class MemberPart(Row):
    """A member of the committee."""

    starts = ("user",)
    user = PickField(_l("Ủy viên"), blank=_l("Chọn ủy viên"), coerce=whole)
