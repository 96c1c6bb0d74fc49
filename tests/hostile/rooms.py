"""Unfinished business of the awards' rooms: a programme, nomination, meeting, decision and list at every step.

Made by the verbs of their own tests, on the association of today. Each gives the addresses that no link leads to,
by whose work it is: nobody else need walk there.
"""

from collections.abc import Iterator

from khuyenhoc.awards import complaints, conflicts, consent_proofs, earmarking, minutes
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.earmarking import Consent
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core import clock
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import writing
from khuyenhoc.funds.campaigns import get_campaign
from khuyenhoc.funds.items import get_item
from khuyenhoc.giving import donations, donors
from khuyenhoc.giving.donations import GiftLine
from khuyenhoc.giving.donors import Details
from khuyenhoc.ledger import accounts
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.units import get_unit
from khuyenhoc.org.users import get_user
from khuyenhoc.payouts import handovers, list_papers, lists, outcomes, paying, vouchers
from khuyenhoc.payouts import payout_list as documents
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.recipients import schools
from khuyenhoc.tracing import earmarks
from tests.awards import committee_world as committee
from tests.awards import deciding
from tests.awards.award_world import MEMBERS, MILLION, AwardWorld
from tests.payouts import paid
from tests.recipients.recipient_world import picture
from tests.support.world import World

Work = dict[str, list[str]]
"""User name → addresses."""


def leave_awards() -> Work:
    """Something in every open state."""
    world = _world()
    bound = _money(world)
    found: Work = {}
    for work in (_nominations(world), _meetings(world), _decisions(world), _lists(world), _goods(world)):
        for name, addresses in work.items():
            found.setdefault(name, []).extend(addresses)
    found["ketoan"] += _bound(world, bound)
    return found


def _world() -> AwardWorld:
    """The association of today as the awards' builders know theirs."""
    unit = get_unit("U05")
    cash, bank = (accounts.cash_and_banks(unit.id, kind)[0] for kind in ("cash", "bank"))
    campaign, general = get_campaign("XD26"), get_campaign("GEN-BN")
    stock = accounts.of_kind(unit.id, "stock")
    home = World(unit, campaign, general, cash, bank, stock, get_item("bicycle_24"))
    with writing():
        school = schools.find_or_add("Trường THCS Hoa Mai", "lower_secondary", by=get_user("thuky"))
    officers = [get_user(name) for name in ("thuky", "ketoan", "thuquy", "chutich", "phochutich", "chihoi", "chihoi")]
    members = [get_user(name) for name in MEMBERS]
    return AwardWorld(
        home, get_unit("U07"), get_unit("U11"), school, campaign, *officers,
        members=members, stranger=officers[0], far=unit,
    )  # fmt: skip


def _money(world: AwardWorld) -> Document:
    """Money in the box and at the bank, bicycles in the stock, and a gift bound to a purpose, which is given back."""
    home, treasurer = world.world, world.treasurer
    with writing():
        donor = donors.create(Details(kind="company", name="Công ty Thử"), unit=home.unit, by=treasurer)

    def give(line: GiftLine, method: str, restriction: str = "") -> Document:
        account = {"cash": home.cash, "bank": home.bank}.get(method)
        with writing():
            return donations.record(donor, [line], method=method, account=account, on=clock.today(),
                                    restriction=restriction, by=treasurer, key=token())  # fmt: skip

    give(GiftLine(home.bicycles, 90 * MILLION), "cash")
    give(GiftLine(home.bicycles, 40 * MILLION), "bank")
    give(donations.goods(home.bicycles, home.bicycle, 9, 2_375_000), "in_kind")
    return give(GiftLine(home.bicycles, 5 * MILLION), "cash", "Chỉ cho học sinh lớp 9")


def _programme(world: AwardWorld, code: str, state: str = "reviewing", **more: object) -> Programme:
    values = {"name": f"Xe đạp thử {code}", "kind": "bicycle", "funding": [(world.world.bicycles, None)],
              "publication_days": 0, **more}  # fmt: skip
    return world.programme(code, state=state, **values)  # type: ignore[arg-type]


def _nominations(world: AwardWorld) -> Work:
    """A programme as a draft, one that takes nominations, in every state, and two pupils whom nobody nominated."""
    draft = _programme(world, "THU-NHAP", "draft")
    taking = _programme(world, "THU-NHAN", "open", quota=9)
    papers = _programme(world, "THU-GIAY", "open", required=[("Giấy hộ nghèo", "poverty")])
    lacking = world.award(papers, "draft")
    free, silent = world.pupil("Nguyễn Thị Chưa Nộp"), world.pupil("Nguyễn Thị Chưa Hỏi", consents=())
    made = [
        world.award(taking, "draft"),
        world.award(taking, "returned", to_mend="Thiếu giấy"),
        world.award(taking, "submitted"),
        world.award(taking, "submitted"),
        world.award(taking, "verified"),
    ]
    file = world.file(made[0].recipient_id)
    checked = _programme(world, "THU-THAM", "open")
    world.award(checked, "verified")
    at, child = f"/hoc-bong/{taking.code}", made[0].recipient_id
    return {
        "chihoi": [
            *(f"{at}/de-nghi/{award.number}" for award in made[:2]),
            f"{at}/de-nghi/{made[0].number}/sua",
            f"{at}/de-nghi/moi?nguoi={free.id}",
            f"{at}/de-nghi/xac-nhan?don_vi={world.chapter.id}",
            f"/hoc-bong/{papers.code}/de-nghi/{lacking.number}/sua",
            f"/nguoi-nhan/{child}",
            f"/nguoi-nhan/minh-chung/{file.id}/bo",
        ],
        "thuky": [
            f"/nguoi-nhan/{silent.id}/dong-y",
            f"/hoc-bong/{draft.code}",
            f"/hoc-bong/{draft.code}/sua",
            f"/hoc-bong/{checked.code}",
            f"{at}/sua",
            f"{at}/de-nghi",
            f"{at}/de-nghi/danh-sach.pdf?don_vi={world.chapter.id}",
            *(f"{at}/de-nghi/{award.number}" for award in made[2:]),
            f"{at}/de-nghi/{made[2].number}/phieu.pdf",
            f"/nguoi-nhan/minh-chung/{file.id}",
        ],
    }


def _meetings(world: AwardWorld) -> Work:
    """Files to be marked; meetings called, under way, waiting for the end, and over with their minutes."""
    marking = _programme(world, "THU-CHAM")
    awards = world.awards(marking, 3)
    committee.score(awards[1], 8, 8, *world.members[:3])
    called = committee.call(world, marking, 5 * MILLION)
    uncalled = _programme(world, "THU-CHUA")
    world.awards(uncalled, 1)
    under_way = committee.met(world, _equals(world, "THU-HOP"), 1 * MILLION)
    ready = committee.met(world, _equals(world, "THU-XONG"))
    committee.all_vote(world, ready)
    over = committee.met(world, _equals(world, "THU-KQ"))
    committee.all_vote(world, over)
    committee.close(world, over)
    with writing():
        minutes.note_print(over, by=world.secretary)
        teacher = world.members[0]
        conflicts.add_tie(teacher, "class", by=teacher, school_id=world.school.id, class_name="9Z")
    return {
        "hoidong1": [
            f"/hoc-bong/cham-diem?chuong_trinh={marking.code}",
            *(f"/hoc-bong/cham-diem/{marking.code}/{award.number}" for award in awards[:2]),
            f"/hop-xet/{ready.id}",
            f"/hop-xet/{under_way.id}/ho-so/1",
            f"/hoc-bong/ket-qua?chuong_trinh={over.programme.code}",
        ],
        "thuky": [
            f"/hoc-bong/{uncalled.code}",
            f"/hop-xet/lap?chuong_trinh={uncalled.code}",
            *(f"/hop-xet/{meeting.id}" for meeting in (called, ready, over)),
            f"/hop-xet/{over.id}/bien-ban.pdf",
            f"/quyet-dinh/lap/{over.programme.code}",
        ],
    }


def _equals(world: AwardWorld, code: str) -> Programme:
    programme = _programme(world, code)
    committee.score_all(world, world.awards(programme, 2), 8, 8)
    return programme


def _recommended(world: AwardWorld, code: str, n: int = 2, **more: object) -> tuple[Programme, list[Award]]:
    programme = _programme(world, code, **more)  # type: ignore[arg-type]
    return programme, world.awards(programme, n, "recommended")


def _decisions(world: AwardWorld) -> Work:
    """Drafts, signed, published with and without a complaint, one about to be taken back."""
    drafted = deciding.draft(world, _recommended(world, "THU-DT")[0])
    asked = deciding.draft(world, _recommended(world, "THU-TK")[0])
    deciding.ask(world, asked)
    signed = deciding.decided(world, _recommended(world, "THU-QD")[0])
    published = deciding.published(world, _recommended(world, "THU-CB", 4)[0])
    told = _complaint(world, published)
    taken = deciding.withdraw(world, published, deciding.decisions.awards_of(published)[1:2])
    return {
        "thuky": [
            *(f"/quyet-dinh/{one.id}" for one in (drafted, asked, signed, published, taken)),
            f"/quyet-dinh/{drafted.id}/sua",
            f"/quyet-dinh/{taken.id}/sua",
            f"/quyet-dinh/{published.id}/thu-hoi",
            f"/quyet-dinh/{published.id}/cong-bo",
            f"/quyet-dinh/{published.id}/y-kien",
        ],
        "chutich": [f"/quyet-dinh/y-kien/{told.id}", f"/quyet-dinh/{drafted.id}/quan-he"],
        "ketoan": [f"/chi-trao/lap/{published.id}"],
    }


def _complaint(world: AwardWorld, decision: Decision) -> complaints.Complaint:
    with writing():
        return complaints.record(
            deciding.decisions.awards_of(decision)[0], who="Bà Láng Giềng", grounds="Không còn khó khăn",
            received_on=clock.today(), answer_by=clock.today(), by=world.secretary, key=token(),
        )  # fmt: skip


def _lists(world: AwardWorld) -> Work:
    """Lists for cash and for the bank that wait, that are approved, paid, half received, and received whole."""
    waiting = paid.prepare(world, _published(world, "THU-L1"))
    found = [waiting, _approved(world, "THU-L2"), _approved(world, "THU-L3", 4)]
    paid.pay(world, found[2])
    lines = lists.lines_of(found[2])
    paid.receive(world, found[2], lines[:1])
    paid.stay_away(world, found[2], lines[1:3])
    found.append(_approved(world, "THU-L4"))
    paid.pay(world, found[3])
    paid.receive(world, found[3], lists.lines_of(found[3]))
    by_bank = paid.approve(world, paid.prepare(world, _banked(world), "bank"))
    with writing():
        list_papers.note_print(found[2], by=world.secretary)
        vouchers.issue_and_print(found[2], documents.documents_of(found[2])[0], by=world.secretary)
    return {
        "ketoan": [f"/chi-trao/{found[0].id}", f"/chi-trao/{found[3].id}", f"/chi-trao/{found[2].id}/ghi/tra-ve"],
        "thuquy": [page for payout in found for page in _pages(payout)],
        "thuky": [f"/chi-trao/{by_bank.id}/danh-sach.pdf", f"/chi-trao/{by_bank.id}/chuyen-khoan.xlsx"],
    }


def _banked(world: AwardWorld) -> Decision:
    """A decision about a pupil whose card names an account."""
    programme = _programme(world, "THU-NH")
    pupil = world.pupil(bank_name="Ngân hàng Mẫu", bank_number="0123456789", bank_holder="NGUYEN VAN PHU HUYNH")
    world.award(programme, "recommended", recipient=pupil)
    return deciding.published(world, programme)


def _published(world: AwardWorld, code: str, n: int = 2, **more: object) -> Decision:
    return deciding.published(world, _recommended(world, code, n, **more)[0])


def _approved(world: AwardWorld, code: str, n: int = 2) -> Payout:
    return paid.approve(world, paid.prepare(world, _published(world, code, n)))


def _pages(payout: Payout) -> Iterator[str]:
    """The page of a list, and the forms of what may be written down there."""
    yield f"/chi-trao/{payout.id}"
    slugs = {"cash": ("nguoi-nhan", "vang-mat", "tien-ve", "lan-hai", "tra-ve"), "goods": ("trao", "vang-mat")}
    if payout.state == ("paid" if payout.method == "cash" else "approved"):
        yield from (f"/chi-trao/{payout.id}/ghi/{slug}" for slug in slugs[payout.method])
    for document in documents.documents_of(payout):
        yield f"/chi-trao/{payout.id}/phieu/{document.id}.pdf"


def _goods(world: AwardWorld) -> Work:
    """A list of bicycles of which one was handed over, its minutes printed, and one of which none was yet."""
    found = []
    for code in ("THU-XE1", "THU-XE2"):
        programme = deciding.bicycles(world, code, publication_days=0)
        world.awards(programme, 2, "recommended")
        decision = deciding.published(world, programme)
        found.append(paid.approve(world, paid.prepare(world, decision, "goods")))
    with writing():
        line = lists.lines_of(found[1])[0]
        document = paying.hand_over(found[1], {line.id: paid.MOTHER}, by=world.treasurer, key=token())
        handovers.issue_and_print(found[1], document, by=world.secretary)
        outcomes.absent(found[1], [lists.lines_of(found[1])[1].id], by=world.treasurer, key=token())
    return {
        "thuquy": [
            *(page for payout in found for page in _pages(payout)),
            f"/hien-vat/quyet-dinh/{found[0].decision_id}/so-khung",
            f"/chi-trao/{found[1].id}/ban-giao/{document.id}.pdf",
        ]
    }


def _bound(world: AwardWorld, gift: Document) -> list[str]:
    """A bound gift that may pay for one level, and for another is asked."""
    programme = _programme(world, "THU-MD", "open")
    with writing():
        file = consent_proofs.store(gift, picture(), name="thư đồng ý.jpg", by=world.accountant)
        letter = Consent("Công ty Thử", clock.today(), "thư tay", "hồ sơ, tờ 12", file)
        request = earmarking.ask_to_bind(gift, programme.levels[0], reason="Đúng lời nhà hảo tâm", consent=letter,
                                         by=world.accountant)  # fmt: skip
    deciding.approve(request, world.chair)
    (earmark,) = earmarks.of(gift)
    return [f"/khoan-ung-ho/{gift.id}/muc-dich", f"/khoan-ung-ho/{gift.id}/muc-dich/{earmark.id}/thoi"]
