"""(b) Donor search among very many cards, against one indexed probe for cards through the same session."""

import random
from collections.abc import Callable

from sqlalchemy import func, select

from bench import filling, givers
from bench.options import Options
from bench.place import Ground
from bench.sites import Site
from bench.timing import Contender, Figure, against, side_by_side
from khuyenhoc.core import names
from khuyenhoc.core.database import db
from khuyenhoc.giving.donor_search import search
from khuyenhoc.giving.donors import Donor

MOST = 20


def _shuffled(name: str, numbers: random.Random) -> str:
    words = names.fold(name).split()
    numbers.shuffle(words)
    return " ".join(words)


STYLES: dict[str, Callable[[str, random.Random], str]] = {
    "whole name": lambda name, _n: names.fold(name),
    "whole name with accents": lambda name, _n: name,
    "any order": _shuffled,
    "last word begun": lambda name, _n: names.fold(name)[: names.fold(name).rindex(" ") + 2],
    "family and given name": lambda name, _n: " ".join([names.fold(name).split()[0], names.fold(name).split()[-1]]),
    "given name": lambda name, _n: names.fold(names.given_name(name)),
    "words that hardly go together": lambda name, _n: f"nguyen thi van {names.fold(names.given_name(name))}",
    "nguyen van a": lambda _name, _n: "nguyen van a",
    "nguyen thi": lambda _name, _n: "nguyen thi",
    "beginnings": lambda name, _n: " ".join(word[:2] for word in names.fold(name).split()),
    "tail of a telephone": lambda _name, n: f"{n.randrange(10_000):04d}",
    "name and tail": lambda name, n: f"{names.fold(names.given_name(name))} {n.randrange(1_000):03d}",
}
"""How one types → what is typed for the name of somebody, who need not be there."""


def measure(ground: Ground, options: Options) -> list[Figure]:
    """Each way to type takes turns with the probe; never the same name twice on purpose."""
    app = ground.filled(f"donors_{options.donors}", lambda: filling.fill(1_000, options.donors))
    return of_site(Site(app, 1_000), options)


def of_site(site: Site, options: Options) -> list[Figure]:
    """The figures of one filled site."""
    figures, unit_id = [], site.ids["unit"]
    with site.app.app_context():
        cards = db.session.scalar(select(func.count()).select_from(Donor)) or 0
        for style, typed in STYLES.items():
            numbers = random.Random(style)

            def some(make: Callable[[str, random.Random], str] = typed, n: random.Random = numbers) -> str:
                db.session.rollback()
                db.session.expunge_all()
                return make(givers.some_name(n), n)

            ours = Contender(f"“{some()}”", lambda text: search(text, [unit_id]), some)
            probe = Contender("probe", lambda text: _probe(text, unit_id), some)
            side_by_side([ours, probe], options.rounds)
            what = f"(b) search among {cards:,} donors, {style}, {db.engine.dialect.name}"
            figures.append(against(what, ours, probe, MOST))
    return figures


def _probe(text: str, unit_id: int) -> list[Donor]:
    """One range of one index: the cards that bear just this name."""
    query = select(Donor).where(Donor.unit_id == unit_id, Donor.folded == names.fold(text)).order_by(Donor.id)
    return list(db.session.scalars(query.limit(8)))
