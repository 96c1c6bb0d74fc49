"""What WTForms says by itself, in our words; the message ids are Vietnamese as everywhere."""

from typing import Any

from khuyenhoc.core.text import lazy_gettext as _l

SENTENCES: dict[str, Any] = {
    "Invalid field name '%s'.": _l("Không có ô “%s”."),
    "Field must be equal to %(other_name)s.": _l("Hai ô này phải giống nhau."),
    "Field must be at least %(min)d character long.": _l("Xin gõ ít nhất %(min)d ký tự."),
    "Field cannot be longer than %(max)d character.": _l("Dài quá: nhiều nhất %(max)d ký tự."),
    "Field must be exactly %(max)d character long.": _l("Phải đúng %(max)d ký tự."),
    "Field must be between %(min)d and %(max)d characters long.": _l("Phải từ %(min)d đến %(max)d ký tự."),
    "Number must be at least %(min)s.": _l("Số phải từ %(min)s trở lên."),
    "Number must be at most %(max)s.": _l("Số nhiều nhất là %(max)s."),
    "Number must be between %(min)s and %(max)s.": _l("Số phải từ %(min)s đến %(max)s."),
    "Date must be at least %(min)s.": _l("Ngày phải từ %(min)s trở đi."),
    "Date must be at most %(max)s.": _l("Ngày muộn nhất là %(max)s."),
    "Date must be between %(min)s and %(max)s.": _l("Ngày phải từ %(min)s đến %(max)s."),
    "This field is required.": _l("Xin điền ô này."),
    "Invalid input.": _l("Chưa hiểu điều đã gõ."),
    "Invalid email address.": _l("Địa chỉ thư điện tử này chưa đúng, ví dụ đúng: ten@vidu.vn."),
    "Invalid IP address.": _l("Địa chỉ máy này chưa đúng."),
    "Invalid Mac address.": _l("Địa chỉ máy này chưa đúng."),
    "Invalid URL.": _l("Đường dẫn này chưa đúng."),
    "Invalid UUID.": _l("Mã này chưa đúng."),
    "Invalid value, must be one of: %(values)s.": _l("Xin chọn một trong: %(values)s."),
    "Invalid value, can't be any of: %(values)s.": _l("Xin chọn khác: %(values)s."),
    "This field cannot be edited.": _l("Ô này không sửa được."),
    "This field is disabled and cannot have a value.": _l("Ô này không dùng ở đây."),
    "Invalid CSRF Token.": _l("Trang này đã cũ. Xin bấm gửi lại."),
    "CSRF token missing.": _l("Trang này đã cũ. Xin bấm gửi lại."),
    "CSRF failed.": _l("Trang này đã cũ. Xin bấm gửi lại."),
    "CSRF token expired.": _l("Trang này đã cũ. Xin bấm gửi lại."),
    "Invalid Choice: could not coerce.": _l("Xin chọn một trong các mục có sẵn."),
    "Choices cannot be None.": _l("Chưa có mục nào để chọn."),
    "Not a valid choice.": _l("Xin chọn một trong các mục có sẵn."),
    "Invalid choice(s): one or more data inputs could not be coerced.": _l("Xin chọn trong các mục có sẵn."),
    "'%(value)s' is not a valid choice for this field.": _l("“%(value)s” không có trong các mục."),
    "Not a valid datetime value.": _l("Chưa hiểu ngày giờ này."),
    "Not a valid date value.": _l("Chưa hiểu ngày này. Xin gõ như 15/8/2026."),
    "Not a valid time value.": _l("Chưa hiểu giờ này."),
    "Not a valid week value.": _l("Chưa hiểu tuần này."),
    "Not a valid integer value.": _l("Xin gõ một số nguyên bằng chữ số 0–9."),
    "Not a valid decimal value.": _l("Xin gõ một số."),
    "Not a valid float value.": _l("Xin gõ một số."),
}


class Sentences:
    """Translations as WTForms asks for them. Vietnamese has one plural form."""

    def gettext(self, message: str) -> str:
        """Our sentence for a message of WTForms; a message of our own comes back as it is."""
        return str(SENTENCES.get(message, message))

    def ngettext(self, singular: str, _plural: str, _n: int) -> str:
        """As ``gettext``, for whatever number."""
        return self.gettext(singular)
