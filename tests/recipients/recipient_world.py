"""A ward with its school chapters and the children they look after, for the tests of recipients."""

import io
from datetime import date

from PIL import Image

from khuyenhoc.core.database import db, writing
from khuyenhoc.org import unit_changes
from khuyenhoc.org.units import Unit, find_unit
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.recipients import consents, recipients
from khuyenhoc.recipients.consents import Given
from khuyenhoc.recipients.details import CircumstanceDetails, Details, GuardianDetails, ResultDetails
from khuyenhoc.recipients.recipient_tables import Recipient
from tests.support import people

BORN = date(2013, 5, 20)
"""Thirteen years old on the evening of the tests."""

MOTHER = GuardianDetails("Phạm Thị Mẫu Đơn", "mẹ", "0900 000 321", "bán hàng rong")


def chapter(code: str = "C11", parent: Unit | None = None) -> Unit:
    """A chapter below the association U01."""
    unit = find_unit(code)
    if unit is not None:
        return unit
    parent = parent or people.association("U01")
    with writing():
        return unit_changes.open_unit(
            code=code,
            kind="chapter_school",
            name=f"Chi hội {code}",
            starts=people.FOUNDED,
            parent=parent,
            by=COMMAND_LINE,
        )


def card(**more) -> Details:
    """A pupil's card with everything that must be there."""
    usual = {
        "kind": "pupil",
        "full_name": "Nguyễn Thị Thử Nghiệm",
        "birth_date": BORN,
        "gender": "female",
        "school": "Trường THCS Sao Khuê Mẫu",
        "class_name": "7A2",
        "level": "lower_secondary",
        "guardians": (MOTHER,),
        "circumstances": (CircumstanceDetails("poor", "Hộ nghèo số 12", valid_to=date(2026, 12, 31)),),
        "results": (ResultDetails("2025–2026", "Tốt", "Tốt", 825, "Giải ba văn"),),
    }
    return Details(**{**usual, **more})


def new_recipient(unit: Unit | None = None, **more) -> Recipient:
    """A card, kept by the chapter."""
    with writing():
        return recipients.create(card(**more), unit=unit or chapter(), by=COMMAND_LINE)


def given(**more) -> Given:
    """The mother's yes on paper, and the child's."""
    usual = {
        "given_by": MOTHER.full_name,
        "relation": "mẹ",
        "channel": "paper",
        "given_on": date(2026, 8, 10),
        "child_agreed": True,
    }
    return Given(**{**usual, **more})


def agree(recipient: Recipient, *purposes: str, **more) -> Recipient:
    """Let mother and child say yes."""
    with writing():
        consents.give(recipient, purposes or "share_with_donor", given(**more), by=COMMAND_LINE)
    return recipient


def again(recipient: Recipient) -> Recipient:
    """The card as it is stored."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Recipient, recipient.id)


def picture(side: int = 64, kind: str = "PNG", **more) -> bytes:
    """A picture as a phone sends it."""
    target = io.BytesIO()
    Image.effect_mandelbrot((side, side), (-2, -1, 1, 1), 20).convert("RGB").save(target, kind, **more)
    return target.getvalue()
