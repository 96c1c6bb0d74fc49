"""Years are reported: how their figures are said, and papers that are about a month or a year and no document."""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ABOUT = sa.text("subject IS NOT NULL")

revision = "010"
down_revision = "009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of what is said of figures; what an issued paper is about; lists found by their documents."""
    op.create_table(
        "stated_figures",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(length=40), nullable=False),
        sa.Column("qualifier", sa.String(length=6), nullable=False),
        sa.Column("said", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("stated_at", sa.String(length=27), nullable=False),
        sa.Column("stated_by", sa.BigInteger(), nullable=False),
        sa.Column("stated_by_name", sa.String(length=120), nullable=False),
        sa.CheckConstraint("qualifier IN ('exact', 'nearly', 'over')", name=op.f("ck_stated_figures_qualifier")),
        sa.CheckConstraint("said >= 0 AND value >= 0", name=op.f("ck_stated_figures_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stated_figures")),
        sa.UniqueConstraint("unit_id", "year", "figure", name=op.f("uq_stated_figures_unit_id_year_figure")),
    )
    op.create_index("ix_payouts_document", "payouts", ["document_id"], unique=False)
    op.create_index("ix_payout_lines_document", "payout_lines", ["document_id"], unique=False)
    op.add_column("issued_papers", sa.Column("subject", sa.String(length=60), nullable=True))
    op.create_index(
        "uq_issued_papers_subject",
        "issued_papers",
        ["unit_id", "kind", "subject", "version"],
        unique=True,
        sqlite_where=ABOUT,
        postgresql_where=ABOUT,
    )


def downgrade() -> None:
    """Papers of months and years stay, and no longer say what they are about."""
    op.drop_index("uq_issued_papers_subject", table_name="issued_papers")
    op.drop_column("issued_papers", "subject")
    op.drop_index("ix_payout_lines_document", table_name="payout_lines")
    op.drop_index("ix_payouts_document", table_name="payouts")
    op.drop_table("stated_figures")
