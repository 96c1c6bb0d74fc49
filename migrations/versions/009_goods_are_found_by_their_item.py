"""Goods are found by their item: the lines that moved one, and the frame numbers meant for an award."""

import sqlalchemy as sa
from alembic import op

revision = "009"
down_revision = "008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One index for what moved goods, which leaves out the many lines of money, and one for whom a piece is meant."""
    op.create_index(
        "ix_document_lines_item",
        "document_lines",
        ["item_id", "campaign_id", "document_id"],
        unique=False,
        sqlite_where=sa.text("item_id IS NOT NULL"),
        postgresql_where=sa.text("item_id IS NOT NULL"),
    )
    op.create_index("ix_serials_award", "serials", ["award_id"], unique=False)


def downgrade() -> None:
    """Back to looking through the campaign's lines."""
    op.drop_index("ix_serials_award", table_name="serials")
    op.drop_index("ix_document_lines_item", table_name="document_lines")
