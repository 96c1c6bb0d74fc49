"""Users: the people who sign in. An account is never deleted, only stopped, because papers bear its name."""

import re
from collections.abc import Iterable, Sequence

from flask_login import UserMixin
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ColumnElement,
    Index,
    String,
    and_,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core import clock, names
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.chains import INSTALLATION
from khuyenhoc.history.events import record
from khuyenhoc.org import passwords

HONORIFICS = ("Ông", "Bà", "Anh", "Chị", "Cô", "Thầy", "Bác")
"""How a person is addressed: chosen by them, never inferred."""

_USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,38})[a-z0-9]", re.ASCII)
_EMAIL = re.compile(r"[a-z0-9.!#$%&*+/=?^_{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,185})\.[a-z]{2,24}", re.ASCII)


class User(UserMixin, Base):
    """A person who signs in. ``donor_id`` names the donor whose gifts this person may see, if any."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("username = lower(username)", name="username_lower"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index("ix_users_name_key_id", "name_key", "id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    honorific: Mapped[str] = mapped_column(String(10))
    full_name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    donor_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    created_at: Mapped[str] = mapped_column(String(27))
    name_key: Mapped[str] = mapped_column(String(1000))
    """Orders people by given name, as a Vietnamese list does."""
    search_key: Mapped[str] = mapped_column(String(500))
    """Name, user name and e-mail address without accents."""

    @property
    def signature(self) -> str:
        """As written under a paper: ``Bà Đoàn Ngọc Hạ``."""
        return f"{self.honorific} {self.full_name}"

    @property
    def address_form(self) -> str:
        """How the screens speak to the person: ``bà``."""
        return self.honorific.lower()

    @property
    def given_name(self) -> str:
        """The last word of the name, by which people call each other: ``Hạ``."""
        return names.given_name(self.full_name)

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return self.active


class CommandLine:
    """Whoever sits at the server's own terminal: the person of deeds done by command."""

    id = 0
    signature = "Người vận hành máy chủ"


COMMAND_LINE: Person = CommandLine()


def create(
    *,
    username: str,
    full_name: str,
    honorific: str,
    password: str,
    by: Person,
    email: str = "",
    donor_id: int | None = None,
    must_change_password: bool = False,
) -> User:
    """Open an account. It may do nothing until it is granted a role."""
    username = _free_username(username)
    passwords.require_good(password, username=username)
    user = User(
        username=username,
        email=_free_email(email),
        honorific=_honorific(honorific),
        full_name=_full_name(full_name),
        password_hash=passwords.hashed(password),
        must_change_password=must_change_password,
        active=True,
        donor_id=donor_id,
        created_at=clock.stamp(),
    )
    _make_findable(user)
    db.session.add(user)
    record("user.created", user, by=by, unit_id=INSTALLATION, details={"username": username, "name": user.signature})
    return user


def edit(user: User, *, full_name: str, honorific: str, email: str, by: Person) -> None:
    """Change how a person is called or reached. Papers already issued keep the name they bear."""
    wanted = {
        "full_name": _full_name(full_name),
        "honorific": _honorific(honorific),
        "email": _free_email(email, but=user),
    }
    changed = {name: [getattr(user, name), value] for name, value in wanted.items() if getattr(user, name) != value}
    if not changed:
        return
    for name, value in wanted.items():
        setattr(user, name, value)
    _make_findable(user)
    record("user.edited", user, by=by, unit_id=INSTALLATION, details=changed)


def link_donor(user: User, donor_id: int | None, *, by: Person) -> None:
    """Say whose gifts a person with the role ``donor`` sees."""
    user.donor_id = donor_id
    record("user.linked_to_donor", user, by=by, unit_id=INSTALLATION, details={"donor": donor_id})


def change_password(user: User, *, old: str, new: str) -> None:
    """The person sets a new password, proving the old one."""
    if not passwords.matches(user.password_hash, old):
        raise RuleBroken(_("Mật khẩu hiện nay chưa đúng."), field="old_password")
    if passwords.matches(user.password_hash, new):
        raise RuleBroken(_("Mật khẩu mới phải khác mật khẩu hiện nay."), field="password")
    passwords.require_good(new, username=user.username)
    user.password_hash = passwords.hashed(new)
    user.must_change_password = False
    record("user.password_changed", user, by=user, unit_id=INSTALLATION)


def reset_password(user: User, *, by: Person) -> str:
    """Give the person a one-time password, to be changed at the next sign-in. It is shown once and not stored."""
    one_time = passwords.one_time()
    user.password_hash = passwords.hashed(one_time)
    user.must_change_password = True
    record("user.password_reset", user, by=by, unit_id=INSTALLATION)
    return one_time


def renew_hash(user: User, password: str) -> None:
    """Store the just proven password with today's costs."""
    user.password_hash = passwords.hashed(password)


def find_by_sign_in_name(typed: str) -> User | None:
    """The account of a typed user name or e-mail address, in whatever case it was typed."""
    wanted = names.clean(typed).lower()
    return db.session.scalar(select(User).where(or_(User.username == wanted, User.email == wanted)))


def find_user(username: str) -> User | None:
    """The account of this user name, or nothing."""
    return db.session.scalar(select(User).where(User.username == names.clean(username).lower()))


def get_user(username: str) -> User:
    """The account of this user name; NotFound when there is none."""
    user = find_user(username)
    if user is None:
        raise NotFound(_("Không có người dùng này."))
    return user


def user_by_id(user_id: int) -> User:
    """The account of this id; NotFound when there is none."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound(_("Không có người dùng này."))
    return user


def some_users(user_ids: Iterable[int]) -> Sequence[User]:
    """The accounts of these ids, by id."""
    return db.session.scalars(select(User).where(User.id.in_(sorted(set(user_ids)))).order_by(User.id)).all()


def everyone() -> Sequence[User]:
    """All accounts, by given name as a Vietnamese list sorts them."""
    return db.session.scalars(select(User).order_by(User.name_key, User.id)).all()


def matching(typed: str) -> ColumnElement[bool]:
    """The condition that a person is found by what was typed: every word, in any order, without accents."""
    words = names.fold(typed).split()
    return and_(true(), *(User.search_key.contains(word, autoescape=True) for word in words))


def how_many() -> int:
    """The number of accounts."""
    return db.session.scalar(select(func.count(User.id))) or 0


def _make_findable(user: User) -> None:
    user.name_key = names.sort_key(user.full_name)
    user.search_key = names.fold(f"{user.full_name} {user.username} {user.email or ''}")


def checked_username(typed: str) -> str:
    """A user name as it is stored, or RuleBroken when it is none."""
    username = names.clean(typed).lower()
    if not _USERNAME.fullmatch(username):
        raise RuleBroken(
            _("Tên đăng nhập gồm 3 đến 40 chữ không dấu, chữ số, dấu chấm, gạch dưới hoặc gạch nối."), field="username"
        )
    return username


def _free_username(typed: str) -> str:
    username = checked_username(typed)
    if find_user(username) is not None:
        raise RuleBroken(_("Đã có người dùng tên đăng nhập này."), field="username")
    return username


def _free_email(typed: str | None, *, but: User | None = None) -> str | None:
    email = names.clean(typed or "").lower()
    if not email:
        return None
    if not _EMAIL.fullmatch(email):
        raise RuleBroken(_("Địa chỉ thư điện tử chưa đúng, ví dụ: ten@example.vn."), field="email")
    holder = db.session.scalar(select(User).where(User.email == email))
    if holder is not None and holder is not but:
        raise RuleBroken(_("Đã có người dùng địa chỉ thư này."), field="email")
    return email


def _honorific(chosen: str) -> str:
    if chosen not in HONORIFICS:
        raise RuleBroken(_("Xin chọn cách xưng hô."), field="honorific")
    return chosen


def _full_name(typed: str) -> str:
    name = names.clean(typed)
    if not name:
        raise RuleBroken(_("Xin ghi họ và tên."), field="full_name")
    if len(name) > 100:
        raise RuleBroken(_("Họ và tên dài nhất 100 ký tự."), field="full_name")
    return name
