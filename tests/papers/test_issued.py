"""A paper is issued once, frozen, and says for ever whether it is genuine and still good."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from khuyenhoc.core.codes import ALPHABET
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.ledger import chain
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.papers import issued
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.papers.verification import Verification, verification
from tests.papers import examples
from tests.papers.reading import read, text_of
from tests.support.world import HA, THANH, World


def facts_of(code: str) -> Verification:
    """What the page tells of a paper that is there."""
    facts = verification(code)
    assert facts is not None
    return facts


def receipt_of(gift: Document, **changed: Any) -> IssuedPaper:
    with writing():
        paper = examples.receipt(label=gift.label, day=gift.date, amount=gift.amount, **changed)
        return issued.issue("receipt", paper, unit_id=gift.unit_id, document_id=gift.id, by=HA)


def certificate_of(gift: Document) -> IssuedPaper:
    with writing():
        paper = examples.gold_heart(label="", day=gift.date, amount=gift.amount)
        return issued.issue("gold_heart", paper, unit_id=gift.unit_id, document_id=gift.id, by=THANH)


def tamper(sql: str, **values: object) -> None:
    """What somebody with the database's password could do, were there no triggers."""
    with writing():
        for name in triggers_on("issued_papers"):
            db.session.execute(text(f"DROP TRIGGER {name}"))
        db.session.execute(text(sql), values)


def triggers_on(table: str) -> list[str]:
    found = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
    return list(db.session.scalars(text(found), {"table": table}))


def test_a_receipt_bears_number_amount_entry_and_seal_of_its_gift(gift: Document) -> None:
    paper = receipt_of(gift)

    assert (paper.label, paper.amount, paper.entry_number) == (gift.label, 4_750_000, gift.entry_number)
    assert paper.seal == chain.seal_of(gift.unit_id, gift.entry_number)
    assert len(paper.code) == 14
    assert set(paper.code) <= set(ALPHABET)
    assert paper.frozen["proof"]["seal"] == paper.seal
    assert paper.file_name == f"phieu-thu-{gift.label}.pdf"


def test_asked_again_it_is_the_same_paper(gift: Document) -> None:
    first = receipt_of(gift)
    again = receipt_of(gift, payer="Ông Khác Hẳn")

    assert again.id == first.id
    assert again.frozen["payer"] == "Bà Đặng Thị Tưởng Tượng"
    assert db.session.query(IssuedPaper).count() == 1


def test_certificates_have_their_own_numbers_without_a_gap(ward: World) -> None:
    labels = [certificate_of(ward.gift(1_000_000)).label for _ in range(3)]

    assert labels == ["TLV-2026-0001", "TLV-2026-0002", "TLV-2026-0003"]
    last = db.session.query(IssuedPaper).order_by(IssuedPaper.id.desc()).first()
    assert "TLV-2026-0003" in text_of(read(issued.render(last)))


def test_a_void_gift_gets_no_paper(ward: World, gift: Document) -> None:
    ward.void(gift)

    with pytest.raises(RuleBroken, match="đã hủy"):
        receipt_of(gift)


def test_a_receipt_that_says_another_amount_than_the_books_is_not_issued(gift: Document) -> None:
    paper = examples.receipt(label=gift.label, amount=gift.amount + 1)

    with pytest.raises(ValueError, match="the books"), writing():
        issued.issue("receipt", paper, unit_id=gift.unit_id, document_id=gift.id, by=HA)


def test_a_gift_of_another_unit_is_not_there(gift: Document) -> None:
    with pytest.raises(NotFound), writing():
        issued.issue("receipt", examples.receipt(), unit_id=gift.unit_id + 1, document_id=gift.id, by=HA)


def test_the_paper_of_a_gift_that_is_voided_later_prints_huy(ward: World, gift: Document) -> None:
    paper = receipt_of(gift)
    assert "HỦY" not in text_of(read(issued.render(paper)))

    ward.void(gift)

    assert "HỦY" in text_of(read(issued.render(paper)))
    assert gift.label in text_of(read(issued.render(paper)))


def test_the_first_print_is_the_original_and_the_second_a_copy(gift: Document) -> None:
    paper = receipt_of(gift)
    assert not issued.was_printed(paper)

    with writing():
        first = issued.note_print(paper, by=HA)
    with writing():
        second = issued.note_print(paper, by=THANH)

    assert [first.is_copy, second.is_copy] == [False, True]
    assert issued.was_printed(paper)
    assert [event.action for event in events.of("issued_papers", paper.id)] == ["paper.issued"] + ["paper.printed"] * 2
    assert facts_of(paper.code).genuine


def test_a_reprint_is_the_same_file(gift: Document) -> None:
    paper = receipt_of(gift)

    assert issued.render(paper) == issued.render(paper)
    assert "BẢN SAO" in text_of(read(issued.render(paper, copy=True)))


def test_a_new_version_replaces_the_old_one(gift: Document) -> None:
    old = certificate_of(gift)
    with writing():
        new = issued.reissue(
            old,
            examples.gold_heart(day=gift.date, donor="Gia đình bà Tưởng Tượng"),
            by=THANH,
            reason="Bà muốn nêu cả nhà",
        )

    assert (new.label, new.version) == (old.label, 2)
    assert new.code != old.code
    assert facts_of(old.code).state == "replaced"
    assert facts_of(new.code).state == "live"
    assert [paper.id for paper in issued.of_gift(gift.id)] == [new.id]
    with pytest.raises(RuleBroken, match="mới hơn"), writing():
        issued.reissue(old, examples.gold_heart(), by=THANH, reason="")


def test_a_sheet_without_document_can_be_issued_each_time(ward: World) -> None:
    with writing():
        papers = [
            issued.issue("cash_count", examples.cash_count(), unit_id=ward.unit.id, document_id=None, by=HA)
            for _ in range(2)
        ]

    assert papers[0].code != papers[1].code
    assert facts_of(papers[0].code).state == "live"


def test_verification_tells_facts_and_no_name(ward: World, gift: Document) -> None:
    paper = receipt_of(gift)
    facts = facts_of(examples_of(paper.code))

    assert (facts.kind, facts.number, facts.amount, facts.day) == ("Phiếu thu", gift.label, 4_750_000, gift.date)
    assert (facts.state, facts.genuine) == ("live", True)
    assert "Tưởng Tượng" not in repr(facts)
    ward.void(gift)
    assert facts_of(paper.code).state == "void"
    assert verification("CCCCCCCCCCCCCC") is None


def examples_of(code: str) -> str:
    """As people type it."""
    return f" {code[:4].lower()}-{code[4:8]} {code[8:12]}–{code[12:]}"


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE issued_papers SET content = replace(content, '4750000', '47500000')",
        "UPDATE issued_papers SET amount = 47500000",
        "UPDATE issued_papers SET label = 'PT-2026-0999'",
        "UPDATE issued_papers SET seal = '0000 0000 0000 0000'",
        "UPDATE issued_papers SET fingerprint = lower(hex(randomblob(32)))",
    ],
)
def test_a_paper_changed_behind_the_rules_is_not_genuine(gift: Document, change: str) -> None:
    code = receipt_of(gift).code

    tamper(change)
    db.session.expire_all()

    assert facts_of(code).genuine is False


@pytest.mark.sqlite
def test_content_and_fingerprint_changed_together_are_found_too(gift: Document) -> None:
    paper = receipt_of(gift)
    forged = json.dumps({**paper.frozen, "amount": 1}, ensure_ascii=False)

    tamper("UPDATE issued_papers SET content = :c, fingerprint = :f", c=forged, f=issued.fingerprint(forged))
    db.session.expire_all()

    assert facts_of(paper.code).genuine is False


def test_an_unknown_paper_is_not_found(ward: World) -> None:
    with pytest.raises(NotFound):
        issued.get_paper(404)
    assert issued.find_by_code("7K2M-9PVC-FGHJ-X4") is None
    assert issued.find_by_code("x" * 500) is None


def test_the_address_on_the_paper_is_that_of_the_site(gift: Document) -> None:
    token = issued.site.set("https://hkh.example/")
    paper = receipt_of(gift)
    issued.site.reset(token)

    assert paper.frozen["proof"]["address"] == f"https://hkh.example/kiem-chung/{paper.code}"
    assert paper.frozen["proof"]["place"] == "hkh.example/kiem-chung"


def copied(paper: IssuedPaper, **changed: object) -> str:
    """A statement that stores the paper once more, with other values."""
    columns = [column.name for column in IssuedPaper.__table__.columns]
    values = {"id": paper.id + 1, "code": "'22222222222222'", "document_id": paper.id + 1_000, **changed}
    chosen = ", ".join(str(values.get(name, name)) for name in columns)
    return f"INSERT INTO issued_papers ({', '.join(columns)}) SELECT {chosen} FROM issued_papers WHERE id = {paper.id}"


@pytest.mark.parametrize("changed", [{"number": 3}, {"number": 1}, {"number": 2, "version": 2}])
def test_the_database_itself_leaves_no_number_out(ward: World, changed: dict[str, object]) -> None:
    paper = certificate_of(ward.gift(1_000_000))

    with pytest.raises(DBAPIError, match="issued_papers_gapless|uq_issued_papers_unit_id"), writing():
        db.session.execute(text(copied(paper, **changed)))
    with writing():
        db.session.execute(text(copied(paper, number=2)))
        db.session.rollback()
