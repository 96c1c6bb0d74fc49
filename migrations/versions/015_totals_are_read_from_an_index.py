"""The totals above a list of gifts are read from an index alone, method by method, without looking up or sorting a row."""

from alembic import op

revision = "015"
down_revision = "014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One index that says what the totals need."""
    op.create_index(
        "ix_gift_days_sums", "gift_days", ["unit_id", "campaign_id", "method", "day", "gifts", "amount"], unique=False
    )


def downgrade() -> None:
    """Back to looking the rows up."""
    op.drop_index("ix_gift_days_sums", table_name="gift_days")
