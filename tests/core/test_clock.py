"""The clock runs; it stands still only for the demonstration, whose year is over."""

import datetime

from khuyenhoc.core import clock
from tests.support import tree


def test_it_stands_still_within_and_runs_on_afterwards() -> None:
    year = clock.midnight(datetime.date(2022, 8, 23))

    with clock.stopped_at(year):
        assert (clock.now(), clock.today()) == (year, datetime.date(2022, 8, 23))
        with clock.stopped_at(year + datetime.timedelta(days=1)):
            assert clock.today() == datetime.date(2022, 8, 24)
        assert clock.today() == datetime.date(2022, 8, 23)

    assert clock.today() > datetime.date(2022, 8, 23)


def test_only_the_demonstration_stops_it() -> None:
    found = {tree.name_of(path) for path in tree.python_files("khuyenhoc") if "stopped_at" in path.read_text("utf-8")}

    assert found == {"khuyenhoc/core/clock.py", "khuyenhoc/demo/load.py"}
