"""Hours and other duties that change on a day; scenarios of what-if."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes the two tables."""
    op.create_table(
        "hours",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("iro", sa.Text, nullable=False),
        sa.Column("start", sa.Date, nullable=False),
        sa.Column("contracted_hours", sa.Double),
        sa.Column("other_duties", sa.Double),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hours"),
        sa.ForeignKeyConstraint(["iro"], ["iro.id"], name="fk_hours_iro", deferrable=True, initially="DEFERRED"),
    )
    op.create_index("ix_hours_iro", "hours", ["iro"])
    op.create_table(
        "scenario",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scenario"),
    )
