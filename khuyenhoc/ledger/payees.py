"""Who gets money: one payee however the name is written, by card, by tax code or account number, by name.

Two cards of one kind (two donors, two pupils) are two payees, whatever they are called. Else a code in common
makes one, and so does the name, folded: ``Cửa hàng  Minh Anh`` is ``cua hang minh anh``.
"""

from collections import defaultdict
from collections.abc import Iterable

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.names import fold, folded_words
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass

SHORTEST_CODE = 6
LONGEST_CODE = 24


@dataclass(frozen=True)
class Payee:
    """Whoever gets money. ``card`` is ``(kind, id)`` of the record that is linked, ``code`` as ``code_of`` keeps it."""

    names: tuple[str, ...]
    card: tuple[str, int] | None = None
    code: str = ""

    @property
    def keys(self) -> frozenset[str]:
        """The names without accents, case, punctuation and surplus spaces."""
        return frozenset(filter(None, (" ".join(folded_words(name)) for name in self.names)))

    def is_same(self, other: "Payee") -> bool:
        """Whether both are one payee."""
        if self.card and other.card and self.card[0] == other.card[0]:
            return self.card == other.card
        return bool(self.code and self.code == other.code) or not self.keys.isdisjoint(other.keys)


class Payees:
    """Several payees, found quickly by whatever tells them apart."""

    def __init__(self, payees: Iterable[Payee]) -> None:
        self._by: dict[object, list[Payee]] = defaultdict(list)
        for payee in payees:
            for key in _marks(payee):
                self._by[key].append(payee)

    def has(self, payee: Payee) -> bool:
        """Whether this payee is one of them."""
        return any(known.is_same(payee) for key in _marks(payee) for known in self._by.get(key, ()))

    def cards(self, kind: str) -> list[int]:
        """The ids of the cards of this kind."""
        return sorted(key[1] for key in self._by if isinstance(key, tuple) and key[0] == kind)

    @property
    def codes(self) -> list[str]:
        """Their tax codes and account numbers."""
        return sorted({payee.code for some in self._by.values() for payee in some if payee.code})

    @property
    def folded(self) -> list[str]:
        """Their names folded, with and without punctuation, as columns of cards keep them."""
        found = {key for some in self._by.values() for payee in some for key in payee.keys}
        return sorted(found | {fold(name) for some in self._by.values() for payee in some for name in payee.names})


def _marks(payee: Payee) -> list[object]:
    codes = [f"code {payee.code}"] if payee.code else []
    cards: list[object] = [payee.card] if payee.card else []
    return [*cards, *codes, *(f"name {key}" for key in payee.keys)]


def code_of(typed: str | None) -> str:
    """A tax code or account number as it is compared: letters and digits only. ``0312.345.678`` is ``0312345678``."""
    return "".join(c for c in (typed or "").upper() if c.isascii() and c.isalnum())


def require_code(typed: str | None, field: str = "payee_code") -> str | None:
    """A code as it is kept, None where none was given; RuleBroken when it cannot be a tax code or account number."""
    if not (typed or "").strip():
        return None
    code = code_of(typed)
    if not SHORTEST_CODE <= len(code) <= LONGEST_CODE or not any(c.isdigit() for c in code):
        sentence = _("Mã số thuế hoặc số tài khoản có từ 6 đến 24 chữ số, chữ cái.")
        raise RuleBroken(sentence, field=field)
    return code
