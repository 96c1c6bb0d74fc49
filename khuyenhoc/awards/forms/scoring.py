"""Forms of a member: marks for one file, a conflict, what binds the member to recipients."""

from collections.abc import Sequence
from typing import Any

from khuyenhoc.awards import rubric
from khuyenhoc.awards.committee_tables import Score
from khuyenhoc.awards.programme_tables import Criterion
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.recipients.recipient_tables import School
from khuyenhoc.web.forms import (
    ChoiceField,
    Form,
    KeyField,
    LongTextField,
    PickField,
    QuantityField,
    Required,
    TextField,
    YesField,
    whole,
)

_MISSING = _l("Xin cho điểm mục này.")


class ScoreForm(Form):
    """One field per criterion (see ``score_form``), a remark, and the fingerprint of what was shown."""

    note = LongTextField(_l("Nhận xét"))
    shown = KeyField()

    @property
    def marks(self) -> dict[int, int]:
        """Criterion → mark."""
        return {int(f.name.removeprefix("mark-")): f.data for f in self if f.name.startswith("mark-")}


def score_form(criteria: Sequence[Criterion], known: Score | None = None) -> ScoreForm:
    """The form of a programme's rubric; with the marks that the member has given before."""
    fields: dict[str, Any] = {f"mark-{one.position}": _field(one) for one in criteria}
    given = {f"mark-{mark.criterion}": mark.mark for mark in known.marks} if known else {}
    form: ScoreForm = type("RubricForm", (ScoreForm,), fields)(note=known.note if known else "", **given)
    for one in criteria:
        form[f"mark-{one.position}"].label.text = one.name
    return form


def _field(criterion: Criterion) -> Any:
    label = _("Điểm mục %(n)s", n=criterion.position)
    marks = rubric.marks_of(criterion)
    if not marks:
        return QuantityField(label, [Required(_MISSING)], least=0, most=criterion.most)
    return ChoiceField(label, [Required(_MISSING)], choices=[(mark, str(mark)) for mark in marks], coerce=whole)


class DeclareForm(Form):
    """Why the member keeps out of a file."""

    reason = LongTextField(_l("Quan hệ của mình với hồ sơ này"), [Required(_l("Xin ghi quan hệ với hồ sơ này."))])


class SignerForm(DeclareForm):
    """Which award of a decision binds the signer, and how."""

    code = TextField(_l("Mã hồ sơ"), [Required(_l("Hồ sơ nào?"))], longest=20)
    relative = YesField(_l("Người được đề nghị là người nhà hoặc họ hàng của tôi; ghi nhớ cho những lần xét sau"))


class ClassForm(Form):
    """A class that the member teaches."""

    school = PickField(_l("Trường"), [Required(_l("Trường nào?"))], blank=_l("Chọn trường"), choices=[], coerce=whole)
    class_name = TextField(_l("Lớp"), [Required(_l("Lớp nào? Ví dụ: 7A2."))], longest=20)

    def offer(self, schools: Sequence[School]) -> "ClassForm":
        """The schools to choose from."""
        self.school.choices = [(school.id, school.name) for school in schools]
        return self


class HouseholdForm(Form):
    """The member's own household, or a relative's."""

    phone = TextField(_l("Điện thoại của nhà"), longest=40)
    address = TextField(_l("Địa chỉ nhà"), longest=200)
