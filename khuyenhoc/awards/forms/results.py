"""The questions above the results of a committee's meetings."""

from collections.abc import Sequence

from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.awards.results import STANDINGS
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.web.fields import PickField, TextField, whole
from khuyenhoc.web.lists import Filter


class ResultFilter(Filter):
    """Which programme, which level, how it came out, whom."""

    chuong_trinh = PickField(_l("Chương trình"), choices=[])
    muc = PickField(_l("Mức"), blank=_l("Mọi mức"), choices=[], coerce=whole)
    ket_qua = PickField(
        _l("Kết quả"), blank=_l("Tất cả"), choices=[(key, words) for key, (words, _states) in STANDINGS.items()]
    )
    q = TextField(_l("Tên hoặc số hồ sơ"), longest=60)

    def offer(self, programmes: Sequence[Programme], chosen: Programme) -> None:
        """What may be chosen; a level of another programme, left over from before, asks for nothing."""
        self.chuong_trinh.choices = [(one.code, f"{one.name}, {one.school_year}") for one in programmes]
        self.chuong_trinh.data = chosen.code
        self.muc.choices = [(level.id, level.label) for level in chosen.levels]
        if self.muc.data not in {level.id for level in chosen.levels}:
            self.muc.data = None

    @property
    def is_used(self) -> bool:
        """Whether the programme's list is narrowed; which programme it is narrows nothing."""
        return any(field.data for field in (self.muc, self.ket_qua, self.q))
