"""The forms of accounts, people and units. They check the shape of an answer; the rules check its meaning."""

from collections.abc import Sequence
from typing import Any

import wtforms

from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.org.permissions import ROLES
from khuyenhoc.org.unit_changes import KINDS
from khuyenhoc.org.units import Unit
from khuyenhoc.org.users import HONORIFICS
from khuyenhoc.web.fields import ChoiceField, DayField, PickField, Required, SecretField, TextField
from khuyenhoc.web.forms import Form, whole
from khuyenhoc.web.lists import Filter


class SignInForm(Form):
    """User name or e-mail address, and the password."""

    username = TextField(_l("Tên đăng nhập hoặc thư điện tử"), [Required(_l("Xin gõ tên đăng nhập."))], longest=254)
    password = SecretField(_l("Mật khẩu"), [Required(_l("Xin gõ mật khẩu."))])


class PasswordForm(Form):
    """The old password proves who it is; the new one is typed twice, because nobody sees it."""

    old_password = SecretField(_l("Mật khẩu hiện nay"), [Required(_l("Xin gõ mật khẩu hiện nay."))])
    password = SecretField(_l("Mật khẩu mới"), [Required(_l("Xin gõ mật khẩu mới."))])
    again = SecretField(_l("Gõ lại mật khẩu mới"), [Required(_l("Xin gõ lại mật khẩu mới."))])

    def validate_again(self, field: SecretField) -> None:
        """Both must be the same."""
        if field.data != self.password.data:
            raise wtforms.ValidationError(_("Hai lần gõ chưa giống nhau."))


class _RoleFields(Form):
    role = PickField(_l("Vai trò"), blank=_l("Chọn vai trò"), choices=list(ROLES.items()))
    unit = PickField(_l("Ở đơn vị"), coerce=whole, blank=_l("Chọn đơn vị"))
    starts = DayField(_l("Từ ngày"))
    ends = DayField(_l("Đến hết ngày"))

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.unit.choices = units


class PersonForm(Form):
    """How a person is called and reached."""

    honorific = PickField(
        _l("Xưng hô"),
        [Required(_l("Xin chọn cách xưng hô."))],
        blank=_l("Chọn"),
        choices=[(word, word) for word in HONORIFICS],
    )
    full_name = TextField(_l("Họ và tên"), [Required(_l("Xin ghi họ và tên."))], longest=100)
    email = TextField(_l("Thư điện tử"), longest=254)


class NewPersonForm(_RoleFields, PersonForm):
    """A new account with its first role; the password is made by the house."""

    username = TextField(_l("Tên đăng nhập"), [Required(_l("Xin đặt tên đăng nhập."))], longest=40)


class GrantForm(_RoleFields):
    """One more role."""

    role = PickField(
        _l("Vai trò"), [Required(_l("Xin chọn vai trò."))], blank=_l("Chọn vai trò"), choices=list(ROLES.items())
    )
    unit = PickField(_l("Ở đơn vị"), [Required(_l("Xin chọn đơn vị."))], coerce=whole, blank=_l("Chọn đơn vị"))


class ReasonForm(Form):
    """A deed that needs a reason."""

    reason = TextField(_l("Lý do"), [Required(_l("Xin ghi lý do."))])


class PeopleFilter(Filter):
    """Who is looked for."""

    q = TextField(_l("Tên, tên đăng nhập hoặc thư"), longest=100)
    role = PickField(_l("Vai trò"), blank=_l("Mọi vai trò"), choices=list(ROLES.items()))
    state = PickField(
        _l("Tài khoản"), blank=_l("Tất cả"), choices=[("active", _l("Đang dùng")), ("stopped", _l("Đã ngừng"))]
    )


class TreeFilter(Filter):
    """The day whose tree is asked for."""

    day = DayField(_l("Cây đơn vị ngày"), name="ngay")


class _WithUnits(Form):
    """A form that asks for another unit, out of those given."""

    other = PickField(_l("Đơn vị"), coerce=whole, blank=_l("Không có"))

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.other.choices = units


class _WithDay(Form):
    on = DayField(_l("Từ ngày"), [Required(_l("Xin ghi ngày."))])


class NewUnitForm(_WithUnits):
    """A new unit."""

    code = TextField(_l("Mã đơn vị"), [Required(_l("Xin đặt mã đơn vị."))], longest=12)
    called = TextField(_l("Tên đơn vị"), [Required(_l("Xin ghi tên đơn vị."))], longest=150)
    kind = PickField(
        _l("Loại"), [Required(_l("Xin chọn loại đơn vị."))], blank=_l("Chọn loại"), choices=list(KINDS.items())
    )
    starts = DayField(_l("Thành lập ngày"), [Required(_l("Xin ghi ngày."))])
    other = PickField(_l("Trực thuộc"), coerce=whole, blank=_l("Không trực thuộc đơn vị nào"))
    address = TextField(_l("Địa chỉ"), longest=200)


class RenameForm(_WithDay):
    """Another name from a day on."""

    called = TextField(_l("Tên mới"), [Required(_l("Xin ghi tên đơn vị."))], longest=150)
    reason = TextField(_l("Căn cứ, ví dụ số nghị quyết"))


class MoveForm(_WithUnits, _WithDay):
    """Another place in the tree from a day on."""

    other = PickField(_l("Trực thuộc"), coerce=whole, blank=_l("Không trực thuộc đơn vị nào"))
    reason = TextField(_l("Căn cứ, ví dụ số nghị quyết"))


class CloseForm(_WithDay):
    """The last day."""

    on = DayField(_l("Ngày hoạt động cuối cùng"), [Required(_l("Xin ghi ngày."))])
    reason = TextField(_l("Căn cứ, ví dụ số nghị quyết"), [Required(_l("Xin ghi lý do."))])


class LineageForm(_WithUnits, _WithDay):
    """What became of the unit."""

    kind = ChoiceField(
        _l("Đơn vị này"),
        [Required(_l("Xin chọn một cách."))],
        choices=[
            ("whole", _l("nhập toàn bộ vào đơn vị khác")),
            ("part", _l("nhập một phần vào đơn vị khác")),
            ("dissolved", _l("giải thể")),
        ],
    )
    other = PickField(_l("Đơn vị kế tiếp"), coerce=whole, blank=_l("Không có (giải thể)"))
    reason = TextField(_l("Căn cứ, ví dụ số nghị quyết"))


class AddressForm(Form):
    """Where the unit is found."""

    address = TextField(_l("Địa chỉ"), longest=200)


def unit_choices(units: Sequence[Unit], names: dict[int, str]) -> list[tuple[int, str]]:
    """Units as a list to pick from."""
    return [(unit.id, f"{names.get(unit.id, '')} ({unit.code})") for unit in units]
