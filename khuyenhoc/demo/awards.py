"""The year's awards: programme, nominations, check, scores, meeting, decision, publication, purchase, handover.

Every step is taken by the function that its page calls, on the day of the file, by who may take it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from datetime import date, timedelta
from typing import Any

from khuyenhoc.awards import (
    decision_approvals,
    decisions,
    meeting_lists,
    meetings,
    nominations,
    programmes,
    publication,
    scores,
    votes,
)
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.plans import CriterionPlan, FundingPlan, ItemPlan, LevelPlan, Plan, SeatPlan
from khuyenhoc.awards.programme_tables import Level, Programme
from khuyenhoc.core import clock
from khuyenhoc.core.values import dataclass
from khuyenhoc.demo import goods, handing_over
from khuyenhoc.demo.asking import approve
from khuyenhoc.demo.books import Books
from khuyenhoc.demo.handing_over import Shares
from khuyenhoc.demo.recipients import People
from khuyenhoc.demo.world import day
from khuyenhoc.funds import items
from khuyenhoc.org.users import User
from khuyenhoc.recipients import consents, recipients
from khuyenhoc.recipients.consents import Given
from khuyenhoc.recipients.recipient_tables import Recipient

Row = dict[str, Any]
Deed = tuple[date, int, Callable[[], Any]]

BEFORE = timedelta(days=30)
"""Nominations begin so long before the meeting."""

CHECKED_BEFORE, SCORED_BEFORE = timedelta(days=6), timedelta(days=1)
"""The secretary checks, and the members give their marks, so long before it."""

MEMBERS = ("hoidong1", "hoidong2", "hoidong3", "hoidong4", "hoidong5")
MARKS_EACH = 3
"""So many members mark each file: as many as the least quorum."""

NOMINATE, BUY, DECIDE, HAND_OVER = 0, 4, 5, 6
"""Where these deeds stand within a day."""


@dataclass
class Lot:
    """One lot of the file at work: its levels (one per package), and its awards."""

    row: Row
    codes: list[str]
    awards: list[Award] = field(default_factory=list)


@dataclass
class Round:
    """One block of lots: one programme, one meeting, one decision."""

    row: Row
    books: Books
    people: People
    lots: list[Lot] = field(default_factory=list)
    programme: Programme | None = None
    decision: Decision | None = None

    def deeds(self) -> Iterator[Deed]:
        """What happens on which day."""
        met = day(self.row["meeting_date"])
        yield met - BEFORE, NOMINATE, self.nominate
        yield met - CHECKED_BEFORE, NOMINATE, self.check
        yield met - SCORED_BEFORE, DECIDE, self.score
        yield met, DECIDE, self.meet
        yield day(self.row["decision_date"]), DECIDE, self.decide
        yield day(self.row["published_from"]), DECIDE, self.publish
        yield day(self.row["handover_date"]), HAND_OVER, self.hand_over

    def user(self, name: str) -> User:
        return self.books.people[name]

    def nominate(self) -> None:
        """The secretary sets the programme up, the chapter nominates and confirms its lists."""
        today = clock.today()
        programme = programmes.draft(
            f"{self.row['campaign']}22", self._plan(today), unit=self.books.units["U01"], by=self.user("thuky")
        )
        programmes.open_for_nominations(programme, by=self.user("thuky"))
        self.programme = programme
        levels = {level.code: level for level in programme.levels}
        for lot in self.lots:
            self._nominate_lot(lot, [levels[code] for code in lot.codes], today)
        self._confirm()

    def check(self) -> None:
        """After the deadline the secretary checks and hands all over; what bound gifts may pay for is asked."""
        assert self.programme is not None
        ready = [award for lot in self.lots for award in lot.awards]
        nominations.verify(ready, note="Đã xem giấy tờ và hỏi tổ dân phố", by=self.user("thuky"))
        programmes.start_review(self.programme, by=self.user("thuky"))
        goods.bind_gifts(self.programme, self.books)

    def _plan(self, opens: date) -> Plan:
        campaign = self.books.campaigns[self.row["campaign"]]
        levels = []
        for lot in self.row["lots"]:
            packages = lot["packages"] or [{"quantity": lot["quantity"], "lines": []}]
            codes = [lot["id"]] if len(packages) == 1 else [f"{lot['id']}{'ABCDE'[n]}" for n in range(len(packages))]
            self.lots.append(Lot(lot, codes))
            for code, package in zip(codes, packages, strict=True):
                goods = [ItemPlan(items.get_item(line["item"]).id, line["quantity"]) for line in package["lines"]]
                label = lot["label"] if len(codes) == 1 else f"{lot['label']} ({code[-1]})"
                levels.append(LevelPlan(code, label, lot["unit_value"], package["quantity"], items=goods))
        return Plan(
            name=campaign.name,
            school_year="2022–2023",
            kind=self.row["spent_kind"],
            opens=opens,
            deadline=day(self.row["meeting_date"]) - CHECKED_BEFORE - timedelta(days=1),
            description="Chương trình năm 2022 của Hội Khuyến học quận Sông Xanh.",
            levels=levels,
            funding=[FundingPlan(campaign.id)],
            criteria=[
                CriterionPlan("Hoàn cảnh", 60, 10, "10: đặc biệt khó khăn; 5: khó khăn; 0: không khó khăn"),
                CriterionPlan("Học tập, đóng góp", 40, 10, "10: xuất sắc; 5: khá; 0: chưa đạt"),
            ],
            rules=[("consents", "process,committee")],
            seats=[
                SeatPlan(self.user(MEMBERS[0]).id, "presider"),
                *(SeatPlan(self.user(name).id) for name in MEMBERS[1:]),
                SeatPlan(self.user("thuky").id, "secretary"),
            ],
        )

    def _nominate_lot(self, lot: Lot, levels: Sequence[Level], on: date) -> None:
        assert self.programme is not None
        queue = [level for level in levels for _ in range(level.quota or 0)]
        for group in lot.row["recipients"]:
            by_unit: dict[int, list[tuple[Recipient, Level]]] = {}
            for recipient in self._found(group, on):
                by_unit.setdefault(recipient.unit_id, []).append((recipient, queue.pop(0)))
            for unit_id, several in by_unit.items():
                lot.awards += nominations.nominate_many(
                    several,
                    programme=self.programme,
                    unit=self.books.unit_of(unit_id),
                    reason="Hoàn cảnh khó khăn, có cố gắng",
                    by=self.user("chihoi"),
                )

    def _found(self, group: Row, on: date) -> list[Recipient]:
        cards: dict[str, list[Any]] = {}
        for unit, card in self.people.some(group["type"], group["level"], group["quantity"]):
            cards.setdefault(unit, []).append(card)
        found = []
        for unit, some in cards.items():
            made = recipients.create_many(some, unit=self.books.units[unit], by=self.user("chihoi"))
            several = [(one, ("process", "committee"), self._given(one, on)) for one in made]
            consents.give_many(several, unit_id=self.books.units[unit].id, by=self.user("chihoi"))
            found += made
        return found

    def _given(self, recipient: Recipient, on: date) -> Given:
        guardian = recipient.guardians[0] if recipient.guardians else None
        if guardian is None:
            return Given(recipient.full_name, "bản thân", "paper", on, child_agreed=True)
        return Given(guardian.full_name, guardian.relation, "paper", on, child_agreed=True)

    def _confirm(self) -> None:
        assert self.programme is not None
        by_unit: dict[int, list[Award]] = {}
        for lot in self.lots:
            for award in lot.awards:
                by_unit.setdefault(award.nominating_unit_id, []).append(award)
        for unit_id, some in by_unit.items():
            unit = self.books.unit_of(unit_id)
            nominations.confirm_list(self.programme, unit, some, by=self.user("chihoi"))

    def score(self) -> None:
        """Three members give their marks for every file, each alone."""
        assert self.programme is not None
        awards = meeting_lists.awards_of(self.programme)
        files = scores.shown_of(awards)
        for turn, name in enumerate(MEMBERS):
            mine = [award for award in awards if (award.number - turn) % len(MEMBERS) < MARKS_EACH]
            scores.give_many([(award, _marks(award, turn), files[award.id]) for award in mine], by=self.user(name))

    def meet(self) -> None:
        """The committee meets and votes for the list."""
        assert self.programme is not None
        secretary = self.user("thuky")
        meeting = meetings.plan(self.programme, held_on=clock.today(), place="Văn phòng Hội", by=secretary)
        there: dict[int, str | None] = {row.user_id: None for row in meeting.attendance}
        meetings.open_meeting(meeting, there, started_at="08:00", by=secretary)
        shown = meeting_lists.shown(meeting, meeting_lists.ranked(meeting))
        for name in MEMBERS:
            votes.vote(meeting, "for", by=self.user(name), shown_as=shown)
        meetings.close(meeting, ended_at="10:30", by=secretary)

    def decide(self) -> None:
        """The secretary drafts and asks, the chair signs."""
        assert self.programme is not None
        self.decision = decisions.draft(
            self.programme,
            decisions.recommended(self.programme),
            basis=f"Điều lệ Hội Khuyến học\nBiên bản họp Hội đồng xét ngày {_day(day(self.row['meeting_date']))}",
            by=self.user("thuky"),
            key=f"demo-decision-{self.row['campaign']}",
        )
        approve(decision_approvals.ask(self.decision, by=self.user("thuky")), by=self.books.chair)
        assert decisions.printed_number(self.decision) == self.row["decision"]

    def publish(self) -> None:
        """The decision is hung out for its days."""
        assert self.decision is not None
        publication.publish(self.decision, by=self.user("thuky"))
        assert self.decision.published_until == day(self.row["published_to"])

    def hand_over(self) -> None:
        """Each lot as the file pays it: so many in cash, so many by the bank, goods from stock."""
        assert self.decision is not None
        shares: Shares = {}
        for lot in self.lots:
            queue = list(lot.awards)
            for payment in lot.row["payments"]:
                some, queue = queue[: payment["quantity"]], queue[payment["quantity"] :]
                shares.setdefault((payment["method"], payment["account"]), []).extend(some)
            if queue:
                shares.setdefault(("goods", ""), []).extend(queue)
        handing_over.hand_over(self.decision, shares, self.row["campaign"], self.books)


def rounds(world: Row, books: Books) -> list[Round]:
    """The blocks of the file, one generator of people for all."""
    people = People()
    return [Round(row, books, people) for row in world["award_lots"]]


def buy(row: Row, books: Books, blocks: Sequence[Round]) -> None:
    """One purchase of the file, for the programmes of its campaign that there are by then."""
    mine = [block.programme for block in blocks if block.row["campaign"] == row["campaign"]]
    goods.buy(row, books, [programme for programme in mine if programme is not None])


def _marks(award: Award, turn: int) -> dict[int, int]:
    """One member's marks for one file: near those of the others, and not quite the same."""
    return {1: 6 + (award.number + turn) % 5, 2: 5 + (2 * award.number + turn) % 5}


def _day(on: date) -> str:
    return f"{on.day}/{on.month}/{on.year}"
