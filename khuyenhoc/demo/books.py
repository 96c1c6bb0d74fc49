"""The demonstration's books: funds, accounts, campaigns, donors, and the year's documents in the order of days."""

from collections.abc import Callable, Iterator
from dataclasses import field
from datetime import date
from typing import Any

from khuyenhoc.core.values import dataclass
from khuyenhoc.demo import frames
from khuyenhoc.demo.asking import approve
from khuyenhoc.demo.world import day
from khuyenhoc.funds import approvables, campaign_steps, items
from khuyenhoc.funds.campaigns import Campaign, get_campaign
from khuyenhoc.funds.funds import get_fund
from khuyenhoc.funds.plans import Goal, Plan
from khuyenhoc.giving import donations, donors
from khuyenhoc.giving.donations import GiftLine
from khuyenhoc.giving.donor_details import Details
from khuyenhoc.giving.donors import Donor, NameFrom
from khuyenhoc.ledger import account_changes
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.org.units import Unit
from khuyenhoc.org.users import User
from khuyenhoc.treasury import movements, transfers

Row = dict[str, Any]


@dataclass
class Books:
    """What has been founded so far, by the ids of the file."""

    units: dict[str, Unit]
    people: dict[str, User]
    accounts: dict[str, Account] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    donors: dict[str, Donor] = field(default_factory=dict)
    restricted: list[tuple[Row, int]] = field(default_factory=list)
    """Gifts that their givers bound: the row of the file, and the id of the document."""
    frames: Iterator[str] = field(default_factory=frames.invented)
    """The frame numbers that no bicycle bears yet."""

    def unit_of(self, unit_id: int) -> Unit:
        """The unit of an id."""
        return next(unit for unit in self.units.values() if unit.id == unit_id)

    @property
    def accountant(self) -> User:
        return self.people["ketoan"]

    @property
    def treasurer(self) -> User:
        return self.people["thuquy"]

    @property
    def chair(self) -> User:
        return self.people["chutich"]


def catalogue(rows: list[Row], *, by: User) -> None:
    """The kinds of goods."""
    for row in rows:
        items.add_item(row["code"], row["name"], row["unit"], row["unit_value"], row["spent_kind"], by=by)


def open_fund(fund: Row, account_rows: list[Row], standing: Row, books: Books) -> None:
    """One unit's fund with its accounts and its standing campaign."""
    unit = books.units[fund["unit"]]
    for row in account_rows:
        books.accounts[row["id"]] = _account(row, unit, books.accountant)
    campaign_steps.found(
        fund["code"],
        fund["name"],
        unit.id,
        standing_code=standing["code"],
        standing_name=standing["name"],
        starts=day(standing["start"]),
        by=books.accountant,
        legal_form=fund["legal_form"],
        management_cost_cap_percent=fund["management_cost_cap_percent"],
    )
    books.campaigns[standing["code"]] = get_campaign(standing["code"])


def open_campaign(row: Row, books: Books) -> None:
    """A campaign is drafted and asked for by the accountant, and opened by the chair."""
    campaign = campaign_steps.draft(row["code"], get_fund(row["fund"]), _plan(row), by=books.accountant)
    approve(approvables.ask_to_open(campaign, by=books.accountant, reason="Theo kế hoạch năm"), by=books.chair)
    books.campaigns[row["code"]] = campaign


def _account(row: Row, unit: Unit, by: User) -> Account:
    if row["kind"] == "cash":
        return account_changes.open_cash_box(unit.id, row["id"], row["name"], by=by)
    return account_changes.open_bank_account(
        unit.id,
        row["id"],
        row["name"],
        bank=row["bank"],
        bin=row["bin"],
        number=row["number"],
        holder=row["holder"],
        by=by,
    )


def _plan(row: Row) -> Plan:
    goals = [
        Goal(goal["name"], goal["unit"], goal["quantity"], items.get_item(goal["item"]).id if goal["item"] else None)
        for goal in row["goal"]["goods"]
    ]
    return Plan(
        name=row["name"],
        starts=day(row["start"]),
        ends=day(row["end"]) if row["end"] else None,
        kind=row["kind"],
        goal_money=row["goal"]["money"],
        goals=goals,
        restriction=row["restriction"] or "",
        donor_order="amount",
    )


def know_donors(rows: list[Row], unit: Unit, books: Books) -> None:
    """The donors' cards, with the names that some of them carried before."""
    for row in rows:
        details = Details(
            kind=row["kind"],
            name=row["name"],
            honorific=row["honorific"],
            display=row["display"],
            shown_as=row.get("shown_as"),
            phone=row["phone"],
            address=row["address"] or "",
            represents_id=books.units[row["unit"]].id if row.get("unit") else None,
        )
        past = [NameFrom(day(name["from"]), name["name"]) for name in row.get("names", ())]
        books.donors[row["id"]] = donors.create(details, unit=unit, by=books.treasurer, past=past)


def dated_deeds(world: Row, books: Books) -> Iterator[tuple[date, int, Callable[[], Any]]]:
    """Everything that came in, fees and the transfer: on which day, at which place within it, and the deed."""
    for order, rows, post in (
        (0, world["opening"], _opening),
        (1, world["receipts"], _gift),
        (2, world["other_income"], _other_income),
        (3, world["transfers"], _transfer),
        (7, world["fees"], _fee),
    ):
        for row in rows:
            yield day(row["date"]), order, lambda row=row, post=post: post(row, books)  # type: ignore[misc]


def _opening(row: Row, books: Books) -> None:
    movements.open_with_money(
        books.campaigns[row["campaign"]],
        books.accounts[row["account"]],
        row["amount"],
        on=day(row["date"]),
        by=books.accountant,
        key=f"demo-opening-{row['account']}",
    )


def _gift(row: Row, books: Books) -> None:
    campaign = books.campaigns[row["campaign"]]
    goods = row.get("goods")
    if goods:
        line = donations.goods(campaign, items.get_item(goods["item"]), goods["quantity"], goods["unit_value"])
    else:
        line = GiftLine(campaign, row["amount"])
    document = donations.record(
        books.donors[row["donor"]],
        [line],
        method=row["channel"],
        account=books.accounts[row["account"]] if row["account"] else None,
        on=day(row["date"]),
        by=books.treasurer if row["channel"] == "cash" else books.accountant,
        key=f"demo-{row['id']}",
        restriction=row["restriction"] or "",
    )
    assert document.label == row["number"], f"{row['id']} took {document.label}"
    frames.write_down(document, books.frames, by=books.people["thuky"])
    if row["restriction"]:
        books.restricted.append((row, document.id))


def _other_income(row: Row, books: Books) -> None:
    movements.record_other_income(
        books.campaigns[row["campaign"]],
        books.accounts[row["account"]],
        row["amount"],
        on=day(row["date"]),
        memo=row["note"],
        by=books.accountant,
        key=f"demo-{row['id']}",
    )


def _fee(row: Row, books: Books) -> None:
    movements.record_bank_fee(
        books.campaigns[row["campaign"]],
        books.accounts[row["account"]],
        row["amount"],
        on=day(row["date"]),
        memo=row["note"],
        by=books.accountant,
        key=f"demo-{row['id']}",
    )


def _transfer(row: Row, books: Books) -> None:
    request = transfers.ask(
        books.campaigns[row["from"]],
        books.campaigns[row["to"]],
        books.accounts[row["account"]],
        row["amount"],
        reason=row["reason"],
        consent="",
        by=books.accountant,
        key=f"demo-{row['id']}",
    )
    approve(request, by=books.chair)
