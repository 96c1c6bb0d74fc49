"""``khuyenhoc verify`` and ``khuyenhoc reconcile``: the proof at the terminal."""

import json
from collections.abc import Iterable

import click
from flask.cli import with_appcontext

from khuyenhoc.core.database import look_afresh
from khuyenhoc.core.dong import figures
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import find_campaign
from khuyenhoc.proof import faults, reconcile, sheet, verify
from khuyenhoc.proof.reconcile import Statement

HOLDS, VIOLATED, COULD_NOT_RUN = 0, 1, 2


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="In JSON thay vì bảng chữ.")
@with_appcontext
def verify_command(as_json: bool) -> None:
    """Tính lại mọi điều sổ sách hứa, từ đầu. Mã thoát: 0 đúng cả, 1 có chỗ sai, 2 không chạy được."""
    report = verify.verify()
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
    campaign = find_campaign(code) if code is not None else None
    if code is not None and campaign is None:
        click.echo(_("Không có chiến dịch mang mã %(code)s.", code=code), err=True)
        raise SystemExit(COULD_NOT_RUN)
    look_afresh()
    statements = reconcile.statements([campaign.code] if campaign is not None else None)
    found = reconcile.plain(statements)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _print_statements(statements)
    raise SystemExit(HOLDS if found["reconciled"] else VIOLATED)


def _print_statements(statements: Iterable[Statement]) -> None:
    for statement in statements:
        verdict = _("khớp đến từng đồng") if statement.reconciled else _("LỆCH")
        closing = figures(statement.ledger.closing)
        click.echo(f"{statement.code:<12} {statement.name:<44} {closing:>16} ₫  {verdict}")
        if not statement.reconciled:
            _print_differences(statement)


def _print_differences(statement: Statement) -> None:
    for difference in statement.differences():
        click.echo(
            f"    {sheet.name_of(difference.name)}: {figures(difference.ledger)} ≠ {figures(difference.documents)}"
        )
    for fault in faults.of(statement.campaign_id):
        click.echo(f"    {faults.sentence(fault)} {' '.join(fault.causes)}")
