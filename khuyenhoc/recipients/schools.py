"""Schools: named once, however they are typed."""

from collections.abc import Sequence

from sqlalchemy import select

from khuyenhoc.core import names
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.chains import INSTALLATION, lock
from khuyenhoc.history.events import record
from khuyenhoc.recipients.recipient_tables import LEVELS, School


def find(typed: str) -> School | None:
    """The school of this name; whoever types no accents at all means the one that is spelled so without them."""
    schools, words, folded = all_schools(), names.accented_words(typed), names.fold(typed)
    alike = [school for school in schools if names.accented_words(school.name) == words]
    if not alike and folded == names.clean(typed).lower():
        alike = [school for school in schools if names.fold(school.name) == folded]
    return alike[0] if alike else None


def find_or_add(typed: str, level: str | None, *, by: Person, unit_id: int | None = None) -> School:
    """The school of this name; a new one is added, for everybody who types it next."""
    known = find(typed)
    if known is None:
        lock(INSTALLATION)
        known = find(typed)
    if known is not None:
        return known
    name = names.clean(typed)
    if not any(character.isalpha() for character in name) or len(name) > 150:
        raise RuleBroken(_("Xin ghi tên trường."), field="school")
    school = School(name=name, level=level if level in LEVELS else "other", unit_id=unit_id)
    db.session.add(school)
    record("school.added", school, by=by, unit_id=INSTALLATION, details={"name": name})
    return school


def all_schools() -> Sequence[School]:
    """Every school, in the order of a Vietnamese list."""
    return sorted(db.session.scalars(select(School)), key=lambda school: names.text_key(school.name))
