"""Lists and search stay short: an index of campaigns' gifts, of two words of a donor, and wider ones of documents."""

from itertools import combinations, groupby

import sqlalchemy as sa
from alembic import op

from khuyenhoc.ledger import guards

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PAIR = sa.String(length=81).with_variant(sa.String(length=81, collation="C"), "postgresql")
PORTION = 2_000

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, fill them from what is there, then put the guards over them."""
    op.create_table(
        "campaign_gifts",
        sa.Column("campaign_id", BIG, autoincrement=False, nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("document_id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorder_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "campaign_id", "method", "state", "date", "document_id", name=op.f("pk_campaign_gifts")
        ),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO campaign_gifts (campaign_id, method, state, date, document_id, recorder_id, amount)"
        " SELECT s.campaign_id, n.method, d.state, s.date, s.document_id, d.created_by, s.amount"
        " FROM donation_shares s JOIN documents d ON d.id = s.document_id JOIN donations n ON n.document_id = d.id"
    )
    op.create_index("ix_campaign_gifts_recorder", "campaign_gifts", BY_RECORDER, unique=False)
    op.create_table(
        "donor_pairs",
        sa.Column("unit_id", BIG, autoincrement=False, nullable=False),
        sa.Column("pair", PAIR, nullable=False),
        sa.Column("donor_id", BIG, autoincrement=False, nullable=False),
        sa.Column("bag", sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(["donor_id"], ["donors.id"], name=op.f("fk_donor_pairs_donor_id")),
        sa.PrimaryKeyConstraint("unit_id", "pair", "donor_id", name=op.f("pk_donor_pairs")),
        sqlite_with_rowid=False,
    )
    _pair_words()
    op.create_index("ix_donor_pairs_donor_id", "donor_pairs", ["donor_id"], unique=False)
    op.drop_index("ix_donor_words_written", table_name="donor_words")
    op.create_index("ix_donor_words_written", "donor_words", ["unit_id", "written", "donor_id"], unique=False)
    op.drop_index("ix_donations_method", table_name="donations")
    op.drop_index("ix_documents_state", table_name="documents")
    op.drop_index("ix_documents_recorder", table_name="documents")
    op.create_index("ix_documents_state", "documents", BY_STATE, unique=False)
    op.create_index(
        "ix_documents_recorder", "documents", ["unit_id", "kind", "created_by", *BY_STATE[2:]], unique=False
    )
    guards.install(op.get_bind(), "006")


BY_RECORDER = ["campaign_id", "recorder_id", "method", "state", "date", "document_id", "amount"]
BY_STATE = ["unit_id", "kind", "series", "state", "date", "id", "amount"]


def _pair_words() -> None:
    """Every two words of each donor, as the index of donors has them from now on."""
    connection = op.get_bind()
    pairs = sa.table("donor_pairs", *(sa.column(name) for name in ("unit_id", "pair", "donor_id", "bag")))
    read = sa.text(
        "SELECT donor_id, unit_id, word, bag FROM donor_words"
        " WHERE donor_id > :after AND donor_id <= :upto AND word NOT LIKE '~%' ORDER BY donor_id, word"
    )
    last = connection.execute(sa.text("SELECT COALESCE(MAX(id), 0) FROM donors")).scalar_one()
    for after in range(0, last, PORTION):
        found = connection.execute(read, {"after": after, "upto": after + PORTION}).all()
        rows = []
        for (donor_id, unit_id), words in groupby(found, key=lambda row: (row[0], row[1])):
            mine = list(words)
            place = {"unit_id": unit_id, "donor_id": donor_id, "bag": mine[0][3]}
            twos = combinations(sorted({row[2] for row in mine}), 2)
            rows += [{**place, "pair": " ".join(two)} for two in twos]
        if rows:
            op.bulk_insert(pairs, rows)


def downgrade() -> None:
    """Back to the indexes that were."""
    guards.remove(op.get_bind(), "006")
    op.drop_index("ix_documents_recorder", table_name="documents")
    op.drop_index("ix_documents_state", table_name="documents")
    op.create_index("ix_documents_recorder", "documents", ["unit_id", "kind", "created_by", "date", "id"], unique=False)
    op.create_index("ix_documents_state", "documents", ["unit_id", "kind", "state", "date", "id"], unique=False)
    op.create_index("ix_donations_method", "donations", ["unit_id", "method", "date", "document_id"], unique=False)
    op.drop_index("ix_donor_words_written", table_name="donor_words")
    op.create_index("ix_donor_words_written", "donor_words", ["unit_id", "written", "donor_id", "bag"], unique=False)
    op.drop_index("ix_donor_pairs_donor_id", table_name="donor_pairs")
    op.drop_table("donor_pairs")
    op.drop_index("ix_campaign_gifts_recorder", table_name="campaign_gifts")
    op.drop_table("campaign_gifts")
