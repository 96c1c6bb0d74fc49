"""The smaller forms of a recipient's file: consent, withdrawal, evidence, laying aside; and the list's filter."""

from collections.abc import Iterable, Mapping
from typing import Any

from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.recipients.consents import CHANNELS, Given
from khuyenhoc.recipients.files import ACCEPTED, LARGEST
from khuyenhoc.recipients.recipient_tables import CIRCUMSTANCES, EVIDENCE_KINDS, KINDS, LEVELS, PURPOSES
from khuyenhoc.web.fields import (
    DayField,
    PickField,
    Required,
    TextField,
    UploadField,
    YesField,
    whole,
)
from khuyenhoc.web.forms import Form
from khuyenhoc.web.lists import Filter


class _ByPurpose(Form):
    """One box for each purpose, none ticked beforehand."""

    for_process = YesField(PURPOSES["process"])
    for_committee = YesField(PURPOSES["committee"])
    for_publish_name = YesField(PURPOSES["publish_name"])
    for_publish_photo = YesField(PURPOSES["publish_photo"])
    for_share_with_donor = YesField(PURPOSES["share_with_donor"])

    def keep_only(self, purposes: Iterable[str]) -> None:
        """Ask only for these purposes."""
        for purpose in PURPOSES.keys() - set(purposes):
            del self[f"for_{purpose}"]

    @property
    def boxes(self) -> dict[str, Any]:
        """The boxes in their order, by purpose."""
        return {purpose: self[f"for_{purpose}"] for purpose in PURPOSES if f"for_{purpose}" in self}

    @property
    def chosen(self) -> list[str]:
        """The purposes that were ticked."""
        return [purpose for purpose, box in self.boxes.items() if box.data]


class ConsentForm(_ByPurpose):
    """Who says yes to what. ``guardians``: name → relation, for a minor; else the person's own name is asked."""

    given_by = PickField(_l("Ai đồng ý"), [Required(_l("Ai đồng ý?"))], blank=_l("Xin chọn"))
    self_given_by = TextField(_l("Ai đồng ý"), [Required(_l("Ai đồng ý?"))], longest=150)
    child_agreed = YesField(_l("Chính em cũng đã được hỏi và đồng ý"))
    channel = PickField(
        _l("Bằng cách nào"), [Required(_l("Sự đồng ý đến với Hội bằng cách nào?"))], choices=[*CHANNELS.items()]
    )
    given_on = DayField(_l("Ngày đồng ý"), [Required(_l("Đồng ý ngày nào?"))], future=False)
    evidence_id = PickField(_l("Tệp phiếu đã ký"), blank=_l("Chưa có tệp"), coerce=whole)

    def __init__(self, *, guardians: Mapping[str, str], child_too: bool, files: Mapping[int, str], **more: Any) -> None:
        super().__init__(**more)
        self._guardians = guardians
        if guardians:
            self.given_by.choices = [(name, f"{name} ({relation})") for name, relation in guardians.items()]
            del self["self_given_by"]
        else:
            del self["given_by"]
        if not child_too:
            del self["child_agreed"]
        self.evidence_id.choices = [*files.items()]

    @property
    def given(self) -> Given:
        """What was answered, for the rules to check; ask it of a form that was validated."""
        assert self.given_on.data is not None
        name = (self.given_by if "given_by" in self else self.self_given_by).data
        return Given(
            given_by=name or "",
            relation=self._guardians.get(name or "", ""),
            channel=self.channel.data or "",
            given_on=self.given_on.data,
            child_agreed="child_agreed" in self and bool(self.child_agreed.data),
            evidence_id=self.evidence_id.data,
        )


class WithdrawForm(_ByPurpose):
    """Which consent is taken back, and how the wish reached us."""

    because = TextField(_l("Ai rút, bằng cách nào"), [Required(_l("Ai rút, bằng cách nào?"))], longest=300)


class EvidenceForm(Form):
    """One file for the card."""

    kind = PickField(_l("Đây là"), [Required(_l("Đây là giấy tờ gì?"))], blank=_l("Xin chọn"))
    file = UploadField(_l("Tệp"), [Required(_l("Xin chọn tệp."))], accept=ACCEPTED, largest=LARGEST)

    def __init__(self, **more: Any) -> None:
        super().__init__(ids="tep-", **more)
        self.kind.choices = [*EVIDENCE_KINDS.items()]


class ReasonForm(Form):
    """Why a file is taken off, or a card laid aside."""

    reason = TextField(_l("Lý do"), [Required(_l("Xin ghi lý do."))], longest=300)


class RecipientFilter(Filter):
    """What the list of recipients is narrowed by."""

    q = TextField(_l("Tìm"), longest=100)
    loai = PickField(_l("Loại"), blank=_l("Tất cả"), choices=[*KINDS.items()])
    cap = PickField(_l("Cấp học"), blank=_l("Tất cả"), choices=[*LEVELS.items()])
    truong = PickField(_l("Trường"), blank=_l("Tất cả"), coerce=whole)
    hoan_canh = PickField(_l("Hoàn cảnh"), blank=_l("Tất cả"), choices=[*CIRCUMSTANCES.items()])
    dong_y = PickField(
        _l("Phiếu đồng ý"), blank=_l("Tất cả"), choices=[("co", _l("Đã có")), ("chua", _l("Chưa có hoặc hết hạn"))]
    )
    don_vi = PickField(_l("Đơn vị"), blank=_l("Tất cả"), coerce=whole)

    def __init__(self, args: Any, schools: Iterable[tuple[int, str]], units: Mapping[int, str]) -> None:
        super().__init__(args)
        self.truong.choices = [*schools]
        if len(units) > 1:
            self.don_vi.choices = [*units.items()]
        else:
            del self["don_vi"]
