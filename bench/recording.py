"""(a) One gift through the rule, durable, against raw SQL of exactly the same rows."""

from sqlalchemy import text

from bench import proving, raw, world
from bench.options import Options
from bench.place import Ground
from bench.timing import Contender, Figure, against, side_by_side
from khuyenhoc.core.database import db, writing


def measure(ground: Ground, options: Options) -> list[Figure]:
    """Rule and raw SQL take turns on one connection to one database; in the end all of it is verified."""
    app = ground.site("recording")
    with app.app_context():
        ward = world.found()
        db.session.rollback()
        driver = db.engine.raw_connection()
        driver.close()  # back into the pool: both sides use this one connection

        def by_rule(_nothing: None) -> None:
            with writing():
                ward.give()

        def by_hand(made: list[raw.Statement]) -> None:
            connection = db.engine.raw_connection()
            raw.write(connection.driver_connection, made)
            connection.close()

        rule = Contender("donations.record", by_rule)
        hand = Contender("raw SQL", by_hand, lambda: raw.statements(raw.rows_of_next(ward.give)[0]))
        side_by_side([rule, hand], options.rounds)
        db.session.rollback()
        assert db.session.execute(text("SELECT COUNT(*) FROM documents")).scalar_one() >= 2 * options.rounds
        proving.require()
    return [against(f"(a) record a gift, {ground.engine}", rule, hand, 3)]
