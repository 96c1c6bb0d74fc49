"""Children whom nobody may recognise: awards in every state, some with consent and most without, and donors beside."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from flask import Flask

from khuyenhoc.awards import complaints
from khuyenhoc.awards.award_tables import STATES, Award
from khuyenhoc.core import names
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.giving import gift_papers, gift_rows
from khuyenhoc.history.events import record
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org import users
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.payouts import list_papers, lists
from khuyenhoc.recipients.recipient_tables import Recipient, School
from khuyenhoc.reports.links import GiftLink
from tests.awards import deciding
from tests.awards.award_world import MILLION, consent, level
from tests.reports.given import Given
from tests.support import people
from tests.support.prying import Seen
from tests.support.world import DAY

FAMILIES = ("Quách", "Ưng", "Khúc", "Xa", "Yên")
MIDDLES = ("Xuyến", "Ẩn", "Quế", "Uy", "Ỷ")
GIVEN = ("Kỳ", "Vĩ", "Oải", "Xoan", "Yết")
EVERYTHING = ("process", "committee", "share_with_donor", "publish_name", "publish_photo")

Found = tuple[str, str]
"""Where, and what."""


@dataclass(frozen=True)
class Secret:
    """Something by which a child is known. ``plain``: looked for without accents and in any spelling of the spaces."""

    what: str
    text: str
    plain: bool = True

    @cached_property
    def _folded(self) -> str:
        return names.fold(self.text)

    @cached_property
    def _initials(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w.]){re.escape(self.text)}(?!\w)")

    def is_in(self, seen: Seen) -> bool:
        """Whether it can be read there; initials only where they are not the end of longer ones."""
        if self.plain:
            return self._folded in seen.folded
        return self.text in seen.text and (self.what != "initials" or bool(self._initials.search(seen.text)))


@dataclass
class Children:
    """Everybody, and what must not be found of whom, and where something may."""

    app: Flask
    secrets: list[Secret] = field(default_factory=list)
    allowed: dict[str, list[Secret]] = field(default_factory=dict)
    """Initials of a child with consent → they stand in ``secrets`` too, and may be read on these pages alone."""
    start: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    """The private pages of the donor who signs in."""
    others_page: str = ""
    """The private page of another donor."""

    def found(self, seen: Iterable[Seen]) -> Iterator[Found]:
        """What somebody has read and should not have."""
        for one in seen:
            here = {secret.text for path, some in self.allowed.items() if one.path.startswith(path) for secret in some}
            for secret in self.secrets:
                if secret.text not in here and secret.is_in(one):
                    yield one.path, f"{secret.what} {secret.text}"


_numbers = itertools.count(1)


def child(given: Given, *, agreed: Sequence[str] = ()) -> Recipient:
    """A child with a name, an address, a school, a class and a telephone like nobody else's here."""
    n = next(_numbers)
    name = " ".join((FAMILIES[n % 5], MIDDLES[n // 5 % 5], GIVEN[n // 25 % 5]))
    with writing():
        school = db.session.query(School).filter_by(name="THCS Vầng Dương Biếc").first() or School(
            name="THCS Vầng Dương Biếc", level="lower_secondary", unit_id=None
        )
        db.session.add(school)
        db.session.flush()
        record("school.added", school, by=given.world.secretary, unit_id=given.world.unit.id)
    recipient = given.world.pupil(
        name,
        address=f"{n} hẻm Dế Mèn",
        phone=f"09881{n:05d}",
        school_id=school.id,
        class_name=f"8Kín{n}",
        birth_date=date(2013, 2, 1 + n % 28),
        bank_number=f"7770{n:08d}",
        note=f"Ghi chú kín số {n}",
    )
    with writing():
        for place, purpose in enumerate(agreed, start=len(recipient.consents) + 1):
            recipient.consents.append(consent(place, purpose))
        recipient.guardians[0].full_name = f"{FAMILIES[n % 5]} Giám Hộ {n}"
        record("recipient.changed", recipient, by=given.world.nominator, unit_id=recipient.unit_id)
    return recipient


def secrets_of(recipient: Recipient) -> list[Secret]:
    """Everything by which a child is known, initials included."""
    return [
        Secret("name", recipient.full_name),
        Secret("initials", names.initials(recipient.full_name), plain=False),
        Secret("address", recipient.address),
        Secret("telephone", recipient.phone),
        Secret("telephone", recipient.guardians[0].phone),
        Secret("guardian", recipient.guardians[0].full_name),
        Secret("class", recipient.class_name, plain=False),
        Secret("bank account", recipient.bank_number),
        Secret("note", recipient.note),
        Secret("school", "Vầng Dương Biếc"),
        Secret("a file's name", "so-ho-ngheo.jpg", plain=False),
        Secret("a file's content", "so ho ngheo", plain=False),
    ]


def make_children(given: Given, app: Flask) -> Children:
    """Awards in every state; one child let Bà Họa know, one the company, one agreed to everything."""
    made = Children(app)
    silent = [child(given) for _ in range(len(STATES) + 4)]
    told_hoa, told_company, told_nobody = child(given, agreed=EVERYTHING), child(given, agreed=EVERYTHING), child(given)
    programme = given.world.programme("KIN26", name="Học bổng kín", levels=[level("KIN", MILLION)])
    for state, one in zip(STATES, silent, strict=False):
        given.world.award(programme, state, recipient=one, reason=f"Lý do kín của {one.full_name}")
        given.world.file(one.id)
    gifts = _way_of_gifts(given, silent[len(STATES) :], told_hoa, told_company, told_nobody)
    everybody = [*silent, told_hoa, told_company, told_nobody]
    made.secrets = list(dict.fromkeys(secret for one in everybody for secret in secrets_of(one)))
    made.secrets += [Secret("who received", "Nguyễn Thị Mẹ"), Secret("complaint", "Bà Tố Giác")]
    _open_pages(made, given, gifts, told_hoa, told_company)
    return made


def _way_of_gifts(
    given: Given, silent: Sequence[Recipient], hoas: Recipient, companys: Recipient, third: Recipient
) -> Mapping[str, Document]:
    """Gifts that became scholarships and bicycles, a list that nobody came for, one that waits, one complaint."""
    gifts = {"company": given.gift(MILLION, donor=given.ward.company), "hoa": given.gift(4 * MILLION)}
    gifts |= {"bicycles": given.ward.give(gift=given.ward.gift(given.ward.bicycles(1), method="in_kind"))}
    _print_list(given, given.awards(people=[companys]))
    _print_list(given, given.awards(people=[hoas, silent[0]]))
    given.nobody_came(given.paid(people=[silent[1]]))
    given.bicycles_handed_over(people=[third])
    waiting = given.world.programme("CHO26", levels=[level("CHO", 500_000)], publication_days=5)
    award = given.world.award(waiting, "recommended", recipient=silent[2])
    deciding.published(given.world, waiting)
    with writing():
        complaints.record(
            award, who="Bà Tố Giác", grounds=f"Em {silent[2].full_name} không khó khăn", received_on=DAY,
            answer_by=DAY, by=given.world.secretary, key=token(),
        )  # fmt: skip
    return gifts


def _print_list(given: Given, awards: Sequence[Award]) -> None:
    payout = next(one for one in _payouts(awards))
    with writing():
        list_papers.note_print(payout, by=given.world.accountant)


def _payouts(awards: Sequence[Award]) -> Iterator[lists.Payout]:
    for award in awards:
        line = db.session.query(lists.PayoutLine).filter_by(award_id=award.id).one()
        yield lists.get_payout(line.payout_id)


def _open_pages(
    made: Children, given: Given, gifts: Mapping[str, Document], hoas: Recipient, companys: Recipient
) -> None:
    """The giver's pages and papers; what of a child may be read on which of them."""
    for document in gifts.values():
        row = gift_rows.row(document)
        for kind in ("receipt", "thank_you", "gold_heart") if not row.goods else ("goods_receipt", "thank_you"):
            with writing():
                gift_papers.issue(row, by=given.ward.treasurer, kind=kind)
    links: dict[str, GiftLink] = {name: given.link(document) for name, document in gifts.items()}
    made.own = [f"/tri-an/{links[name].private}" for name in ("hoa", "bicycles")]
    made.others_page = f"/tri-an/{links['company'].private}"
    made.start = [f"/chia-se/{link.shared}" for link in links.values()]
    made.start += [f"/kiem-chung/{paper.code}" for paper in db.session.query(IssuedPaper)]
    made.allowed = {
        made.own[0]: [Secret("initials", names.initials(hoas.full_name), plain=False)],
        made.others_page: [Secret("initials", names.initials(companys.full_name), plain=False)],
    }
    donor = people.person("nhahaotam")
    with writing():
        users.link_donor(donor, given.ward.hoa.id, by=people.person("admin"))
