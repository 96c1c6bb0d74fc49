"""Each purpose has its queue: the open layers that an earmark lets it take from, in their order."""

import sqlalchemy as sa
from alembic import op

from khuyenhoc.ledger import guards

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "017"
down_revision = "016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, fill it from what stands open, then put the guards over it."""
    op.create_table(
        "trace_bound",
        sa.Column("campaign_id", BIG, autoincrement=False, nullable=False),
        sa.Column("item_id", BIG, autoincrement=False, nullable=False),
        sa.Column("purpose_id", BIG, autoincrement=False, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("document_id", BIG, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint(
            "campaign_id", "item_id", "purpose_id", "date", "document_id", "position", name=op.f("pk_trace_bound")
        ),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO trace_bound (campaign_id, item_id, purpose_id, date, document_id, position)"
        " SELECT DISTINCT o.campaign_id, o.item_id, e.purpose_id, o.date, o.document_id, o.position FROM trace_open o"
        " JOIN earmarks e ON e.document_id = o.source_document_id WHERE o.restricted AND o.unspent > 0"
        " AND e.ended_at IS NULL"
    )
    guards.install(op.get_bind(), "017")


def downgrade() -> None:
    """Take the guards away, then the table."""
    guards.remove(op.get_bind(), "017")
    op.drop_table("trace_bound")
