"""The quorum of committees is written down: rules with their day and the regulation that they stand in."""

import sqlalchemy as sa
from alembic import op

from khuyenhoc.ledger import guards

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "020"
down_revision = "019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and put the guards over it. Until a row has begun 2/3 and at least 3 hold, as before."""
    op.create_table(
        "quorum_rules",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("regulation", sa.String(length=150), nullable=False),
        sa.Column("regulated_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.String(length=27), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_by_name", sa.String(length=120), nullable=False),
        sa.CheckConstraint("2 * part > whole AND part <= whole", name=op.f("ck_quorum_rules_share")),
        sa.CheckConstraint("least BETWEEN 3 AND 50", name=op.f("ck_quorum_rules_least")),
        sa.CheckConstraint("regulation <> ''", name=op.f("ck_quorum_rules_regulation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quorum_rules")),
    )
    op.create_index("ix_quorum_rules_unit", "quorum_rules", ["unit_id", "since"], unique=False)
    guards.install(op.get_bind(), "020")


def downgrade() -> None:
    """Take the guards away, then the table."""
    guards.remove(op.get_bind(), "020")
    op.drop_index("ix_quorum_rules_unit", table_name="quorum_rules")
    op.drop_table("quorum_rules")
