"""A form has one answer: what it answered the first time is kept for the second press."""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "018"
down_revision = "017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "form_answers",
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("said", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=300), nullable=False),
        sa.Column("answered_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "form_key", name=op.f("pk_form_answers")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("form_answers")
