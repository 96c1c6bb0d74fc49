"""When the full proof last ran, over one campaign or over everything, and what it said."""

from collections.abc import Collection

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db, look_afresh
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.proof.reconcile import statements


class ProofRun(Base):
    """One run. ``campaign_id`` is null for ``verify`` over everything; ``faults`` counts what did not hold."""

    __tablename__ = "proof_runs"
    __table_args__ = (Index("ix_proof_runs_latest", "campaign_id", "id"),)
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    at: Mapped[str] = mapped_column(String(27))
    by_id: Mapped[int] = mapped_column(BigInteger)
    by_name: Mapped[str] = mapped_column(String(120))
    holds: Mapped[bool] = mapped_column(Boolean)
    faults: Mapped[int] = mapped_column(Integer)


def faults_in(campaign: Campaign) -> int:
    """Sum every row of a campaign now, postings and documents alike: how many figures differ.

    Asked before the verdict is kept, so that no writer waits for the sum.
    """
    look_afresh()
    return len(statements([campaign.code])[0].differences())


def keep(campaign_id: int | None, faults: int, *, by: Person) -> ProofRun:
    """Keep the verdict over a campaign, or over everything."""
    run = ProofRun(
        campaign_id=campaign_id, at=clock.stamp(), by_id=by.id, by_name=by.signature, holds=not faults, faults=faults
    )
    db.session.add(run)
    db.session.flush()
    return run


def wanting(campaign_ids: Collection[int]) -> set[int]:
    """Those of these campaigns whose newest run did not hold."""
    newest = select(func.max(ProofRun.id)).where(ProofRun.campaign_id.in_(sorted(campaign_ids)))
    query = select(ProofRun.campaign_id).where(ProofRun.id.in_(newest.group_by(ProofRun.campaign_id)))
    return {id for id in db.session.scalars(query.where(~ProofRun.holds)) if id is not None} if campaign_ids else set()


def latest(campaign_id: int | None) -> ProofRun | None:
    """The newest run over a campaign, or over everything."""
    mine = ProofRun.campaign_id.is_(None) if campaign_id is None else ProofRun.campaign_id == campaign_id
    return db.session.scalar(select(ProofRun).where(mine).order_by(ProofRun.id.desc()).limit(1))
