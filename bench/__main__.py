"""``python -m bench [recording|all]``: measures, prints a table, 1 when a bound is missed."""

import argparse
import importlib
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench import reading
from bench.options import Options
from bench.place import ENGINES, ground
from bench.timing import Figure, Priority

ON_AN_ENGINE = ("recording", "threads", "deciding", "meeting", "reading", "search", "tracing")
BY_THEMSELVES = ("papers", "starting")
KNOWN = (*ON_AN_ENGINE, *BY_THEMSELVES, *reading.PARTS)
QUICK = Options(sizes=(2_000, 20_000), donors=20_000, rounds=50, gifts_per_thread=25)


def main() -> int:
    """Measure what is asked for."""
    asked, options = _read()
    print("| what | ratio | bound | | medians |\n|---|---|---|---|---|", flush=True)
    figures: list[Figure] = []
    for name in asked:
        measure = _measure_of(name)
        if name in BY_THEMSELVES:
            figures += _shown(measure(options))
            continue
        for engine in options.engines:
            with ground(engine, options.folder, options.kept) as here:
                figures += _shown(measure(here, options))
    missed = [figure.what for figure in figures if not figure.holds]
    print(
        f"\n{len(figures) - len(missed)} of {len(figures)} hold." + (f" Missed: {'; '.join(missed)}" if missed else "")
    )
    return 1 if missed else 0


def _measure_of(name: str) -> Callable[..., list[Figure]]:
    if name in reading.PARTS:
        return reading.only(name)
    measure: Callable[..., list[Figure]] = importlib.import_module(f"bench.{name}").measure
    return measure


def _shown(figures: list[Figure]) -> list[Figure]:
    for figure in figures:
        print(figure.line(), flush=True)
    return figures


def _read() -> tuple[list[str], Options]:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="*", default=["all"], help=", ".join((*KNOWN, "all")))
    parser.add_argument("--engine", choices=ENGINES, action="append", help="one engine only")
    parser.add_argument("--sizes", help="numbers of gifts, by commas: 10000,100000,1000000")
    parser.add_argument("--donors", type=int, help="cards to search among")
    parser.add_argument("--rounds", type=int, help="turns of each contender; at least 200 for a figure that counts")
    parser.add_argument("--folder", type=Path, help="a folder on the disk to be measured")
    parser.add_argument("--kept", type=Path, help="a folder where filled sites are left for later runs")
    parser.add_argument(
        "--first", action="store_true", help="timed turns go before all else (real-time priority; root)"
    )
    parser.add_argument("--quick", action="store_true", help="small and short, to see that it runs")
    given = parser.parse_args()
    Priority.asked = given.first
    options = QUICK if given.quick else Options()
    changes = {name: getattr(given, name) for name in ("donors", "rounds", "folder", "kept") if getattr(given, name)}
    if given.engine:
        changes["engines"] = tuple(given.engine)
    if given.sizes:
        changes["sizes"] = tuple(int(size) for size in given.sizes.split(","))
    asked = [*ON_AN_ENGINE, *BY_THEMSELVES] if "all" in given.what else given.what
    if unknown := set(asked) - {*KNOWN}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return asked, replace(options, **changes)


if __name__ == "__main__":
    sys.exit(main())
