"""A giver's consent to another purpose carries the file that proves it."""

import sqlalchemy as sa
from alembic import op

from khuyenhoc.ledger import guards

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "016"
down_revision = "015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Found the table, put the guard over it, and let an earmark name its proof."""
    op.create_table(
        "consent_proofs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("gift_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", sa.String(length=27), nullable=False),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_by_name", sa.String(length=120), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_consent_proofs_size")),
        sa.ForeignKeyConstraint(["gift_id"], ["documents.id"], name=op.f("fk_consent_proofs_gift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_proofs")),
        sa.UniqueConstraint("gift_id", "digest", name=op.f("uq_consent_proofs_gift_id_digest")),
    )
    op.create_index("ix_consent_proofs_digest", "consent_proofs", ["digest"], unique=False)
    op.add_column("earmarks", sa.Column("proof_id", sa.BigInteger(), nullable=True))
    guards.install(op.get_bind(), "016")


def downgrade() -> None:
    """Take the guard away, then the column and the table."""
    guards.remove(op.get_bind(), "016")
    op.drop_column("earmarks", "proof_id")
    op.drop_index("ix_consent_proofs_digest", table_name="consent_proofs")
    op.drop_table("consent_proofs")
