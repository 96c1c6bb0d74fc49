"""What is asked on the donor's page, and of its links."""

from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.giving.donor_kinds import DISPLAYS
from khuyenhoc.web.forms import ChoiceField, Form, Required, TextField


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
