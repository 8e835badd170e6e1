"""What statutory files say of a child's home, worker and placement; what an FTE costs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXTS = ("home_postcode", "social_worker", "distance_band", "placement_authority", "mother")
COSTS = {"cost_permanent": 75_000.0, "cost_interim": 110_000.0}


def upgrade() -> None:
    """Adds the columns, with what the program takes where nothing was said."""
    with op.batch_alter_table("case") as table:
        for name in ("home_postcode", "social_worker"):
            table.add_column(sa.Column(name, sa.Text))
        table.add_column(sa.Column("confidential", sa.Boolean))
        for name in ("distance_band", "placement_authority", "mother"):
            table.add_column(sa.Column(name, sa.Text))
    case = sa.table("case", sa.column("confidential", sa.Boolean), *(sa.column(name, sa.Text) for name in TEXTS))
    op.execute(case.update().values(confidential=False, **dict.fromkeys(TEXTS, "")))
    with op.batch_alter_table("case") as table:
        for name in (*TEXTS, "confidential"):
            table.alter_column(name, nullable=False)
    with op.batch_alter_table("settings") as table:
        for name in COSTS:
            table.add_column(sa.Column(name, sa.Double))
    settings = sa.table("settings", *(sa.column(name, sa.Double) for name in COSTS))
    op.execute(settings.update().values(**COSTS))
    with op.batch_alter_table("settings") as table:
        for name in COSTS:
            table.alter_column(name, nullable=False)
