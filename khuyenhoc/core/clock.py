"""Time: instants are UTC, days are Vietnamese (Asia/Ho_Chi_Minh, UTC+7, no summer time)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """The present instant, in UTC."""
    return _stopped.get() or datetime.now(UTC)


@contextmanager
def stopped_at(instant: datetime) -> Iterator[None]:
    """Within it the clock stands still: only for the demonstration, whose deeds happen in a year that is over."""
    before = _stopped.set(instant)
    try:
        yield
    finally:
        _stopped.reset(before)


def today() -> date:
    """Today's date in Vietnam."""
    return now().astimezone(VIETNAM).date()


def midnight(day: date) -> datetime:
    """The instant at which a Vietnamese day begins."""
    return datetime.combine(day, time(), VIETNAM)


def stamp(instant: datetime | None = None) -> str:
    """An instant as it is stored: ``2026-08-15T13:47:00.123456Z``, of fixed width, so that text order is time order."""
    return f"{(instant or now()).astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"


def from_stamp(text: str) -> datetime:
    """The instant that ``stamp`` wrote, in Vietnamese time."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).astimezone(VIETNAM)
