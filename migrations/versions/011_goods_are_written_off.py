"""Goods are written off: what was spoilt or lost, asked for and approved."""

import sqlalchemy as sa
from alembic import op

from khuyenhoc.ledger import guards

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "011"
down_revision = "010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Found the tables, then put the guards over them."""
    op.create_table(
        "write_offs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", BIG, nullable=False),
        sa.Column("item_id", BIG, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("lot_document_id", BIG, nullable=True),
        sa.Column("lot_position", sa.Integer(), nullable=True),
        sa.Column("cause", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_by_name", sa.String(length=120), nullable=False),
        sa.Column("asked_at", sa.String(length=27), nullable=False),
        sa.Column("approved_by_name", sa.String(length=120), nullable=True),
        sa.Column("document_id", BIG, nullable=True),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(lot_document_id IS NULL) = (lot_position IS NULL)", name=op.f("ck_write_offs_lot")),
        sa.CheckConstraint("(state = 'done') = (document_id IS NOT NULL)", name=op.f("ck_write_offs_document_id")),
        sa.CheckConstraint("cause IN ('broken', 'lost', 'expired', 'other')", name=op.f("ck_write_offs_cause")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_write_offs_quantity")),
        sa.CheckConstraint("state IN ('asked', 'done', 'cancelled')", name=op.f("ck_write_offs_state")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_write_offs_campaign_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_write_offs_document_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_write_offs_item_id")),
        sa.ForeignKeyConstraint(["lot_document_id"], ["documents.id"], name=op.f("fk_write_offs_lot_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_offs")),
        sa.UniqueConstraint("unit_id", "idempotency_key", name=op.f("uq_write_offs_unit_id_idempotency_key")),
    )
    op.create_index("ix_write_offs_list", "write_offs", ["unit_id", "state", "id"], unique=False)
    op.create_table(
        "write_off_pieces",
        sa.Column("write_off_id", BIG, autoincrement=False, nullable=False),
        sa.Column("serial_id", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["serial_id"], ["serials.id"], name=op.f("fk_write_off_pieces_serial_id")),
        sa.ForeignKeyConstraint(["write_off_id"], ["write_offs.id"], name=op.f("fk_write_off_pieces_write_off_id")),
        sa.PrimaryKeyConstraint("write_off_id", "serial_id", name=op.f("pk_write_off_pieces")),
    )
    guards.install(op.get_bind(), "011")


def downgrade() -> None:
    """Take the guards away, then the tables."""
    guards.remove(op.get_bind(), "011")
    op.drop_table("write_off_pieces")
    op.drop_index("ix_write_offs_list", table_name="write_offs")
    op.drop_table("write_offs")
