"""The first schema: records, history, memory."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def _refers(name: str, target: str, table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(
        [name], [f"{target}.id"], name=f"fk_{table}_{name}", deferrable=True, initially="DEFERRED"
    )
    return sa.Column(name, sa.Text, nullable=False), key


def upgrade() -> None:
    """Makes every table."""
    op.create_table(
        "iro",
        *_text("id", "name"),
        sa.Column("contracted_hours", sa.Double, nullable=False),
        *_text("employment", "takes", "skills", "team", "base_postcode"),
        *_text("base", nullable=True),
        sa.Column("other_duties", sa.Double, nullable=False),
        *_text("other_duties_note"),
        sa.Column("limit", sa.Double),
        sa.Column("takes_new", sa.Boolean, nullable=False),
        sa.Column("first_day", sa.Date),
        sa.Column("last_day", sa.Date),
        *_text("email", "phone"),
        sa.PrimaryKeyConstraint("id", name="pk_iro"),
    )
    op.create_table(
        "absence",
        *_text("id"),
        *_refers("iro", "iro", "absence"),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date),
        *_text("reason"),
        sa.Column("working", sa.Double, nullable=False),
        sa.Column("keeps_children", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
    )
    op.create_table(
        "case",
        *_text("id", "type", "family", "name"),
        sa.Column("born", sa.Date),
        sa.Column("expected", sa.Date),
        sa.Column("opened", sa.Date),
        sa.Column("closed", sa.Date),
        *_text("legal_status", "category", "team", "factors", "placement_postcode"),
        *_text("placement", nullable=True),
        sa.Column("placement_miles", sa.Double),
        sa.Column("out_of_area", sa.Boolean, nullable=False),
        *_text("requires", "prefers"),
        sa.Column("separate", sa.Boolean, nullable=False),
        *_text("separate_reason"),
        sa.Column("adjustment", sa.Double, nullable=False),
        *_text("adjustment_reason"),
        sa.Column("last_review", sa.Date),
        sa.Column("next_review", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_case"),
    )
    op.create_table(
        "allocation",
        *_text("id"),
        *_refers("case", "case", "allocation"),
        *_refers("iro", "iro", "allocation"),
        sa.Column("start", sa.Date, nullable=False),
        sa.Column("end", sa.Date),
        *_text("type", "reason"),
        sa.Column("pinned", sa.Boolean, nullable=False),
        *_text("pin_reason"),
        sa.PrimaryKeyConstraint("id", name="pk_allocation"),
    )
    op.create_table(
        "barred",
        *_text("id"),
        *_refers("case", "case", "barred"),
        *_refers("iro", "iro", "barred"),
        *_text("reason"),
        sa.Column("on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_barred"),
    )
    op.create_table(
        "apart",
        *_text("id"),
        *_refers("case", "case", "apart"),
        *_refers("other", "case", "apart"),
        *_text("reason"),
        sa.PrimaryKeyConstraint("id", name="pk_apart"),
    )
    op.create_table(
        "settings",
        *_text("id"),
        sa.Column("version", sa.BigInteger, nullable=False),
        *_text("name", "service"),
        sa.Column("start", sa.Date, nullable=False),
        sa.Column("full_time_hours", sa.Double, nullable=False),
        sa.Column("limit_per_fte", sa.Double, nullable=False),
        sa.Column("band_low", sa.Double, nullable=False),
        *_text("limit_counts", "scheme", "priorities"),
        sa.Column("miles_cap", sa.Double, nullable=False),
        sa.Column("review_days", sa.BigInteger, nullable=False),
        sa.Column("notice_days", sa.BigInteger, nullable=False),
        sa.Column("tolerance", sa.Double, nullable=False),
        sa.Column("appointment_days", sa.BigInteger, nullable=False),
        *_text("home_authority", "closure_days"),
        sa.PrimaryKeyConstraint("id", name="pk_settings"),
    )
    for table, column in (
        ("absence", "iro"),
        ("allocation", "case"),
        ("allocation", "iro"),
        ("barred", "case"),
        ("barred", "iro"),
        ("apart", "case"),
        ("apart", "other"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_table(
        "step",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_text("by", "label", "reason", "detail"),
        sa.Column("undoes", sa.Integer),
        *_text("digest"),
        sa.PrimaryKeyConstraint("number", name="pk_step"),
        sa.ForeignKeyConstraint(["undoes"], ["step.number"], name="fk_step_undoes"),
    )
    op.create_table(
        "edit",
        sa.Column("step", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        *_text("kind", "record"),
        *_text("before", "after", "salt", "before_digest", "after_digest", nullable=True),
        sa.PrimaryKeyConstraint("step", "position", name="pk_edit"),
        sa.ForeignKeyConstraint(["step"], ["step.number"], name="fk_edit_step"),
    )
    op.create_index("ix_edit_record", "edit", ["kind", "record"])
    op.create_table(
        "service",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("sample", sa.Boolean, nullable=False),
        sa.Column("steps", sa.Integer, nullable=False),
        *_text("head"),
        sa.PrimaryKeyConstraint("id", name="pk_service"),
    )
    op.create_table(
        "memory",
        *_text("key"),
        *_text("value", nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_memory"),
    )
