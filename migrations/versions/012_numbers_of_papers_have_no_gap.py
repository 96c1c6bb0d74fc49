"""Numbers of papers have no gap: a minute or a certificate takes the next one, or the database refuses it."""

from alembic import op

from khuyenhoc.ledger import guards

revision = "012"
down_revision = "011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Guard the numbers that papers take by themselves."""
    guards.install(op.get_bind(), "012")


def downgrade() -> None:
    """Leave them to the code alone."""
    guards.remove(op.get_bind(), "012")
