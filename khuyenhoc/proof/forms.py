"""The questions above the history."""

from typing import Any

from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.proof import deeds
from khuyenhoc.web.fields import DayField, PickField, TextField
from khuyenhoc.web.lists import Filter


class DeedFilter(Filter):
    """Which deeds, whose, when."""

    viec = PickField(_l("Việc"), choices=[], blank=_l("Mọi việc"))
    ai = TextField(_l("Ai"), longest=60)
    tu = DayField(_l("Từ ngày"))
    den = DayField(_l("Đến ngày"))

    def __init__(self, formdata: Any) -> None:
        super().__init__(formdata)
        self.viec.choices = deeds.kinds()
