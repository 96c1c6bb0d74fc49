"""A share knows by which document its goods were bought, and what had been committed for them."""

import sqlalchemy as sa
from alembic import op

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two columns beside the amount; what was bought before stays without."""
    op.add_column("award_shares", sa.Column("bought_by", sa.BigInteger(), nullable=True))
    op.add_column("award_shares", sa.Column("bought_from", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_award_shares_bought_by",
        "award_shares",
        ["bought_by"],
        unique=False,
        sqlite_where=sa.text("bought_by IS NOT NULL"),
        postgresql_where=sa.text("bought_by IS NOT NULL"),
    )


def downgrade() -> None:
    """Back to the amount alone."""
    op.drop_index("ix_award_shares_bought_by", table_name="award_shares")
    op.drop_column("award_shares", "bought_from")
    op.drop_column("award_shares", "bought_by")
