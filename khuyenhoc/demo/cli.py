"""``khuyenhoc demo``: the demonstration year on this machine, loaded once and served in the foreground."""

from datetime import date

import click
from flask import current_app
from flask.cli import with_appcontext

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.demo import load, people
from khuyenhoc.org import installation, passwords, users
from khuyenhoc.org.permissions import ROLES
from khuyenhoc.papers import issued
from khuyenhoc.upkeep import store
from khuyenhoc.web.serving import require_free, serve


@click.command("demo")
@click.option("--reset", is_flag=True, help="Bỏ dữ liệu mẫu cũ, nạp lại từ đầu.")
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535), help="Cổng.")
@click.option("--gifts-only", is_flag=True, help="Chỉ nạp phần thu; không mua hàng, xét, quyết định và trao.")
@click.option("--load-only", is_flag=True, help="Chỉ nạp, không mở trang.")
@with_appcontext
def demo_command(reset: bool, port: int, gifts_only: bool, load_only: bool) -> None:
    """Nạp năm mẫu 2022 (chỉ lần đầu) rồi mở trang tại máy này."""
    if not load_only:
        require_free("127.0.0.1", port)
    if reset and store.has_content():
        if not installation.is_demonstration():
            raise RuleBroken(_("Đây không phải dữ liệu mẫu; không xóa."))
        store.empty()
    store.upgrade()
    issued.site.set(current_app.config["SETTINGS"].public_url or f"http://127.0.0.1:{port}")
    if load.load(whole_year=not gifts_only, tell=_tell):
        click.echo(_("Đã nạp năm mẫu 2022 của quận Sông Xanh (mọi tên người, đơn vị đều do tưởng tượng)."))
    else:
        click.echo(_("Năm mẫu đã có sẵn, giữ nguyên."))
    say_sign_ins(port)
    if not load_only:
        serve(current_app._get_current_object(), "127.0.0.1", port)  # type: ignore[attr-defined]


def _tell(month: date) -> None:
    click.echo(_("Đang nạp tháng %(month)s …", month=f"{month.month}/{month.year}"))


def say_sign_ins(port: int) -> None:
    """Who may sign in, with which password, and where."""
    click.echo()
    for somebody in people.PEOPLE:
        click.echo(f"  {somebody.username:<11} {ROLES[somebody.role]!s:<30} {somebody.honorific} {somebody.full_name}")
    usual = passwords.matches(users.get_user(people.PEOPLE[0].username).password_hash, people.PASSWORD)
    password = people.PASSWORD if usual else _("như đã đặt trong KHUYENHOC_DEMO_PASSWORD khi nạp")
    click.echo()
    click.echo(_("Mật khẩu chung: %(password)s", password=password))
    click.echo(_("Mở trình duyệt tại: http://127.0.0.1:%(port)s", port=port))
