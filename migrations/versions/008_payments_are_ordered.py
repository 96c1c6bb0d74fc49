"""Running costs and refunds are prepared and approved before they are paid."""

import sqlalchemy as sa
from alembic import op

from khuyenhoc.ledger import guards

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "008"
down_revision = "007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Found the table, then put the guard over it."""
    op.create_table(
        "payment_orders",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("campaign_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("payee", sa.String(length=150), nullable=False),
        sa.Column("payee_key", sa.String(length=160), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("gift_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("prepared_on", sa.Date(), nullable=False),
        sa.Column("prepared_by", sa.BigInteger(), nullable=False),
        sa.Column("prepared_by_name", sa.String(length=120), nullable=False),
        sa.Column("prepared_at", sa.String(length=27), nullable=False),
        sa.Column("approved_by_name", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.String(length=27), nullable=True),
        sa.Column("paid_by", sa.BigInteger(), nullable=True),
        sa.Column("paid_by_name", sa.String(length=120), nullable=True),
        sa.Column("document_id", BIG, nullable=True),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(state IN ('paid', 'voided')) = (document_id IS NOT NULL)", name=op.f("ck_payment_orders_document_id")
        ),
        sa.CheckConstraint("(kind = 'refund') = (gift_id IS NOT NULL)", name=op.f("ck_payment_orders_gift_id")),
        sa.CheckConstraint(
            "state IN ('prepared', 'approved', 'paid', 'voided', 'cancelled')", name=op.f("ck_payment_orders_state")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_orders_amount")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_payment_orders_account_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_payment_orders_campaign_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_payment_orders_document_id")),
        sa.ForeignKeyConstraint(["gift_id"], ["documents.id"], name=op.f("fk_payment_orders_gift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_orders")),
        sa.UniqueConstraint("unit_id", "idempotency_key", name=op.f("uq_payment_orders_unit_id_idempotency_key")),
    )
    with op.batch_alter_table("payment_orders", schema=None) as batch_op:
        batch_op.create_index("ix_payment_orders_unit", ["unit_id", "id"], unique=False)
        batch_op.create_index("ix_payment_orders_state", ["unit_id", "state", "id"], unique=False)
        batch_op.create_index("ix_payment_orders_amount", ["unit_id", "amount", "id"], unique=False)
        batch_op.create_index(
            "ix_payment_orders_sum", ["campaign_id", "kind", "payee_key", "prepared_on"], unique=False
        )
        batch_op.create_index(
            "ix_payment_orders_gift",
            ["gift_id"],
            unique=False,
            sqlite_where=sa.text("gift_id IS NOT NULL"),
            postgresql_where=sa.text("gift_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_payment_orders_document",
            ["document_id"],
            unique=True,
            sqlite_where=sa.text("document_id IS NOT NULL"),
            postgresql_where=sa.text("document_id IS NOT NULL"),
        )
    guards.install(op.get_bind(), "008")


def downgrade() -> None:
    """Take the guard away, then the table."""
    guards.remove(op.get_bind(), "008")
    op.drop_table("payment_orders")
