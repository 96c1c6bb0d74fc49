"""Givers are found by their tax code, so that a second card of one company is noticed."""

import sqlalchemy as sa
from alembic import op

revision = "019"
down_revision = "018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "ix_donors_tax_code",
        "donors",
        ["unit_id", "tax_code", "id"],
        sqlite_where=sa.text("tax_code IS NOT NULL"),
        postgresql_where=sa.text("tax_code IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_donors_tax_code", "donors")
