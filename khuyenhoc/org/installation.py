"""Marks of the whole installation: a real site or a demonstration, loading or loaded."""

from sqlalchemy import String, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core.database import Base, db
from khuyenhoc.web import health


class InstallationMark(Base):
    """One fact about this installation, by name."""

    __tablename__ = "installation_marks"
    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    value: Mapped[str] = mapped_column(String(60))


def mark(name: str, value: str) -> None:
    """Set a mark."""
    known = db.session.get(InstallationMark, name)
    if known is None:
        db.session.add(InstallationMark(name=name, value=value))
    else:
        known.value = value


def read(name: str) -> str | None:
    """What a mark says, if it is set."""
    return db.session.scalar(select(InstallationMark.value).where(InstallationMark.name == name))


def is_demonstration() -> bool:
    """Whether the demonstration year was loaded into this database."""
    return read("mode") == "demonstration"


def holds_demonstration() -> bool:
    """The same, asked of a database that may have no tables yet."""
    return inspect(db.session.connection()).has_table(InstallationMark.__tablename__) and is_demonstration()


@health.requires
def still_loading() -> str | None:
    """A demonstration site serves only once its year is there."""
    return "loading" if is_demonstration() and read("loading") != "done" else None
