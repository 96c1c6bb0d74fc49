"""``khuyenhoc verify`` and ``khuyenhoc reconcile``: the proof at the terminal."""

import json
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from khuyenhoc.core.dong import figures
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import find_campaign
from khuyenhoc.proof import reconcile, verify

HOLDS, VIOLATED, COULD_NOT_RUN = 0, 1, 2


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="In JSON thay vì bảng chữ.")
@with_appcontext
def verify_command(as_json: bool) -> None:
    """Tính lại mọi điều sổ sách hứa, từ đầu. Mã thoát: 0 đúng cả, 1 có chỗ sai, 2 không chạy được."""
    try:
        report = verify.verify()
    except SQLAlchemyError as error:
        _could_not_run(error)
    if as_json:
        click.echo(json.dumps(report.plain(), ensure_ascii=False, indent=1))
    else:
        _print_report(report)
    raise SystemExit(HOLDS if report.ok else VIOLATED)


def _print_report(report: verify.Report) -> None:
    for answer in report.answers:
        click.echo(f"{'✓' if answer.ok else '✗'} {answer.check.question}")
        for violation in answer.violations:
            place = f"{violation.table} {violation.row} · {violation.field}"
            click.echo(f"    {place}: {violation.message} ({violation.expected} → {violation.found})")
    click.echo(_("%(n)s bút toán, %(seconds).1f giây.", n=figures(report.entries), seconds=report.seconds))


@click.command("reconcile")
@click.option("--campaign", "code", help="Chỉ chiến dịch mang mã này.")
@click.option("--json", "as_json", is_flag=True, help="In JSON thay vì bảng chữ.")
@with_appcontext
def reconcile_command(code: str | None, as_json: bool) -> None:
    """Đối chiếu sổ cái với chứng từ từng chiến dịch. Mã thoát: 0 khớp, 1 lệch, 2 không có mã ấy."""
    try:
        if code is not None and find_campaign(code) is None:
            click.echo(_("Không có chiến dịch mang mã %(code)s.", code=code), err=True)
            raise SystemExit(COULD_NOT_RUN)
        found = reconcile.report([code] if code is not None else None)
    except SQLAlchemyError as error:
        _could_not_run(error)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _print_statements(found)
    raise SystemExit(HOLDS if found["reconciled"] else VIOLATED)


def _print_statements(found: dict[str, Any]) -> None:
    for campaign in found["campaigns"]:
        verdict = _("khớp đến từng đồng") if campaign["reconciled"] else _("LỆCH")
        closing = figures(campaign["closing"])
        click.echo(f"{campaign['code']:<12} {campaign['name']:<44} {closing:>16} ₫  {verdict}")
        if not campaign["reconciled"]:
            _print_differences(campaign)


def _print_differences(campaign: dict[str, Any]) -> None:
    for name, amount in campaign["documents"].items():
        if amount != campaign[name] and not isinstance(amount, dict | list):
            click.echo(f"    {name}: {figures(campaign[name])} ≠ {figures(amount)}")


def _could_not_run(error: SQLAlchemyError) -> None:
    click.echo(_("Không đọc được cơ sở dữ liệu: %(error)s", error=error), err=True)
    raise SystemExit(COULD_NOT_RUN) from error
