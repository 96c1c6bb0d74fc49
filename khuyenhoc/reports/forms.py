"""What is asked on the donor's page and of its links, and above and in the report of a year."""

from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.giving.donor_kinds import DISPLAYS
from khuyenhoc.reports.figures import QUALIFIERS
from khuyenhoc.web.fields import DongField, PickField, QuantityField, whole
from khuyenhoc.web.forms import ChoiceField, Form, Required, TextField
from khuyenhoc.web.lists import Filter


class DisplayForm(Form):
    """How the donor wishes to be named wherever others can read it."""

    display = ChoiceField(
        _l("Hội nêu tên quý vị thế nào khi công khai?"),
        choices=[*DISPLAYS.items()],
        validators=[Required(_l("Xin chọn cách nêu tên."))],
    )


class RevokeForm(Form):
    """Why the links of a gift are ended."""

    reason = TextField(_l("Lý do thu hồi"), validators=[Required(_l("Xin ghi lý do thu hồi."))])


class ReportFilter(Filter):
    """Whose report, and of which year."""

    don_vi = PickField(_l("Đơn vị"), coerce=whole)
    nam = PickField(_l("Năm"))


class SayMoneyForm(Form):
    """How a sum is said in the report."""

    qualifier = ChoiceField(
        _l("Nêu thế nào?"), choices=[*QUALIFIERS.items()], validators=[Required(_l("Xin chọn cách nêu."))]
    )
    said = DongField(_l("Nêu là"))


class SayCountForm(Form):
    """How a count is said in the report."""

    qualifier = ChoiceField(
        _l("Nêu thế nào?"), choices=[*QUALIFIERS.items()], validators=[Required(_l("Xin chọn cách nêu."))]
    )
    said = QuantityField(_l("Nêu là"), most=999_999_999)
