"""Sums that policies look at know a payee by tax code or account number, and find a campaign's month by an index."""

import sqlalchemy as sa
from alembic import op

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A code beside the payee's name; the index of orders no longer asks for the kind."""
    op.add_column("payment_orders", sa.Column("payee_code", sa.String(length=24), nullable=True))
    op.add_column("purchases", sa.Column("payee_code", sa.String(length=24), nullable=True))
    op.drop_index("ix_payment_orders_sum", table_name="payment_orders")
    op.create_index("ix_payment_orders_sum", "payment_orders", ["campaign_id", "prepared_on"], unique=False)
    op.create_index("ix_purchases_sum", "purchases", ["campaign_id", "asked_at"], unique=False)


def downgrade() -> None:
    """Back to the name alone."""
    op.drop_index("ix_purchases_sum", table_name="purchases")
    op.drop_index("ix_payment_orders_sum", table_name="payment_orders")
    op.create_index(
        "ix_payment_orders_sum", "payment_orders", ["campaign_id", "kind", "payee_key", "prepared_on"], unique=False
    )
    op.drop_column("purchases", "payee_code")
    op.drop_column("payment_orders", "payee_code")
