"""Logs are read from their end: the history, the requests and the evenings of each unit, in their order."""

from alembic import op

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One unit's deeds by their instant, its requests and evenings by their age."""
    op.drop_index("ix_history_at", table_name="history")
    op.create_index("ix_history_at", "history", ["unit_id", "at", "number"], unique=False)
    op.create_index("ix_approval_requests_unit", "approval_requests", ["unit_id", "id"], unique=False)
    op.create_index("ix_desks_latest", "desks", ["unit_id", "id"], unique=False)


def downgrade() -> None:
    """Back to one index over all units' deeds."""
    op.drop_index("ix_desks_latest", table_name="desks")
    op.drop_index("ix_approval_requests_unit", table_name="approval_requests")
    op.drop_index("ix_history_at", table_name="history")
    op.create_index("ix_history_at", "history", ["at"], unique=False)
