"""The year's report on paper. Frozen and numbered once the year can no longer change; before that plainly a draft."""

from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import in_vietnamese
from khuyenhoc.org.units import unit_by_id
from khuyenhoc.papers import issued, subjects
from khuyenhoc.papers.annual import AnnualReport, AwardRow, CampaignRow, GoodsRow, MoneyRow, PeopleRow
from khuyenhoc.papers.content import Heading, on
from khuyenhoc.papers.heads import heading, holder_of
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.papers.press import print_pdf
from khuyenhoc.reports import annual_lines, years
from khuyenhoc.reports.annual import Annual
from khuyenhoc.reports.annual_lines import MoneyLine

KIND = AnnualReport.TEMPLATE


def paper_of(report: Annual) -> AnnualReport:
    """What the report says on paper, in Vietnamese whoever asks."""
    with in_vietnamese():
        return _paper(report)


def _paper(report: Annual) -> AnnualReport:
    year, books = report.year, report.books
    awards = [
        AwardRow(
            label=str(line.label),
            count=line.count,
            unit=str(line.unit),
            amount=line.amount,
            said=", ".join(line.said),
        )
        for line in annual_lines.award_lines(report)
    ]
    return AnnualReport(
        heading=_heading(report),
        day=clock.today(),
        year=year.year,
        since=on(year.since),
        until=on(year.until),
        gifts=report.gifts,
        received=books.received,
        awards_count=report.awards.count,
        amount=sum(line.amount for line in awards),
        closing=books.closing,
        awards=awards,
        money=_money(annual_lines.money_lines(books, several=True)),
        standing=_money(annual_lines.standing_lines(books)),
        campaigns=_campaigns(report),
        goods=_goods(report),
        people_count=report.people.count,
        people=[
            PeopleRow(label=group.label, groups=group.rows, others=group.others)
            for group in annual_lines.people_groups(report)
        ],
        signer=holder_of("chair", year.unit.id, clock.today()) if year.unit is not None else "",
    )


def _heading(report: Annual) -> Heading:
    """The unit as it was called at the end of the year; where several stood side by side, no one of them."""
    unit = report.year.unit
    if unit is None:
        return Heading(unit="Hội Khuyến học", address="Các đơn vị trong sổ", place="…………")
    return heading(unit.id, years.last_day(unit, report.year.year))


def _money(lines: list[MoneyLine]) -> list[MoneyRow]:
    """Each group's heading stands over its first line."""
    rows, before = [], ""
    for line in lines:
        rows.append(MoneyRow(label=line.label, amount=line.amount, group=line.group if line.group != before else ""))
        before = line.group
    return rows


def _campaigns(report: Annual) -> list[CampaignRow]:
    return [
        CampaignRow(
            campaign=part.campaign.name,
            awards=annual_lines.awards_in_words(part),
            opening=part.books.opening,
            came=annual_lines.came_to(part),
            went=annual_lines.went_from(part),
            closing=part.books.closing,
        )
        for part in report.campaigns
    ]


def _goods(report: Annual) -> list[GoodsRow]:
    return [
        GoodsRow(
            item=goods.item.name,
            unit=goods.item.unit_of_measure,
            opening=goods.opening,
            received=goods.received,
            bought=goods.bought,
            handed_over=goods.handed_over,
            written_off=goods.written_off,
            closing=goods.closing,
        )
        for goods in report.goods
    ]


def subject(year: int) -> str:
    """What the paper of a unit's year is about."""
    return f"year:{year}"


def find(report: Annual) -> IssuedPaper | None:
    """The report as it was issued last, if it was."""
    unit = report.year.unit
    return issued.find_about(KIND, unit.id, subject(report.year.year)) if unit is not None else None


def is_current(report: Annual, paper: IssuedPaper) -> bool:
    """Whether the issued report still says what the books say."""
    return report.year.is_closed and subjects.says(paper, paper_of(report))


def issue(report: Annual, *, by: Person, reason: str = "") -> IssuedPaper:
    """Issue the report of a closed year: frozen, numbered BC, with a check code. Asked again it is the same one.

    RuleBroken while the year runs, while a month of it is open, or where what is said of a figure is not true.
    """
    year = report.year
    if year.unit is None:
        raise RuleBroken(_("Báo cáo ra cho từng đơn vị. Xin chọn đơn vị."), field="don_vi")
    if not year.is_over:
        raise RuleBroken(_("Năm %(year)s chưa hết, chưa ra báo cáo được.", year=year.year))
    if not year.is_closed:
        raise RuleBroken(_("Sổ năm %(year)s chưa khóa đủ các tháng, chưa ra báo cáo được.", year=year.year))
    untrue = next((one for one in report.figures if not one.holds), None)
    if untrue is not None:
        raise RuleBroken(
            _("“%(said)s” không còn đúng với sổ. Xin sửa cách nêu trước khi ra báo cáo.", said=untrue.printed)
        )
    return subjects.issue(subject(year.year), paper_of(report), unit_id=year.unit.id, by=by, reason=reason)


def pdf(report: Annual) -> bytes:
    """For whoever only reads: a copy of the issued report while it says what the books say; else a marked draft."""
    paper = find(report)
    if paper is not None and is_current(report, paper):
        return issued.render(paper, copy=True)
    return draft_pdf(report)


def draft_pdf(report: Annual) -> bytes:
    """The report as the books are now, marked as what it is: no number, no code."""
    return print_pdf(KIND, paper_of(report).content() | {"mark": subjects.mark(closed=report.year.is_closed)})


def _stands(paper: IssuedPaper) -> bool:
    """An issued report stands until a month of its year is opened again."""
    return years.of_unit(unit_by_id(paper.unit_id), int(paper.frozen["year"])).is_closed


subjects.stands_while(KIND, _stands)
