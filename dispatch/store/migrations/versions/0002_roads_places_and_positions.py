"""Roads, places and positions: where legs and places are from, speeds by the hour, trails, and expected arrivals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "geocoded_answer",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("candidates", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_geocoded_answer")),
    )
    with op.batch_alter_table("geocoded_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_geocoded_answer_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "travel_engine",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_travel_engine")),
    )
    op.create_table(
        "travel_slice",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("days", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.Column("by_class", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("territory_id", sa.String(length=40), nullable=True),
        sa.Column("learning", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_travel_slice_territory_id_territory"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_slice")),
        sa.UniqueConstraint("name", name=op.f("uq_travel_slice_name")),
    )
    with op.batch_alter_table("travel_slice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_travel_slice_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "learnt_factor",
        sa.Column("slice_id", sa.String(length=40), nullable=False),
        sa.Column("territory_id", sa.String(length=40), nullable=True),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("legs", sa.Integer(), nullable=False),
        sa.Column("learnt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["slice_id"], ["travel_slice.id"], name=op.f("fk_learnt_factor_slice_id_travel_slice"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_learnt_factor_territory_id_territory"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learnt_factor")),
    )
    with op.batch_alter_table("learnt_factor", schema=None) as batch_op:
        batch_op.create_index("ix_learnt_factor_slice_id_territory_id", ["slice_id", "territory_id"], unique=True)

    op.create_table(
        "trail_point",
        sa.Column("technician_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("heading", sa.Double(), nullable=True),
        sa.Column("speed", sa.Double(), nullable=True),
        sa.Column("accuracy", sa.Double(), nullable=True),
        sa.Column("matched_lat", sa.Double(), nullable=True),
        sa.Column("matched_lon", sa.Double(), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["technician_id"],
            ["technician.id"],
            name=op.f("fk_trail_point_technician_id_technician"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("technician_id", "at", name=op.f("pk_trail_point")),
    )
    with op.batch_alter_table("trail_point", schema=None) as batch_op:
        batch_op.create_index("ix_trail_point_at", ["at"], unique=False)

    op.create_table(
        "expected_arrival",
        sa.Column("visit_id", sa.String(length=40), nullable=False),
        sa.Column("technician_id", sa.String(length=40), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sure_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.DateTime(timezone=True), nullable=True),
        sa.Column("near", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["technician_id"],
            ["technician.id"],
            name=op.f("fk_expected_arrival_technician_id_technician"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_expected_arrival_visit_id_visit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", "technician_id", name=op.f("pk_expected_arrival")),
    )
    with op.batch_alter_table("expected_arrival", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_expected_arrival_technician_id"), ["technician_id"], unique=False)

    op.create_table(
        "observed_leg",
        sa.Column("visit_id", sa.String(length=40), nullable=False),
        sa.Column("departed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_lat", sa.Double(), nullable=False),
        sa.Column("from_lon", sa.Double(), nullable=False),
        sa.Column("to_lat", sa.Double(), nullable=False),
        sa.Column("to_lon", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("slice_id", sa.String(length=40), nullable=True),
        sa.Column("territory_id", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_observed_leg_visit_id_visit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", "departed_at", name=op.f("pk_observed_leg")),
    )
    with op.batch_alter_table("observed_leg", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_observed_leg_departed_at"), ["departed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_observed_leg_slice_id"), ["slice_id"], unique=False)

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("travel_seconds", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("travel_metres", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("travel_source", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("by_hour_arrival", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("by_hour_start", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("by_hour_end", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("slack", sa.Integer(), nullable=True))

    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "timing", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="{}"
            )
        )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.alter_column("timing", server_default=None)  # plans from before have none; new ones say theirs

    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.add_column(sa.Column("heading", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("speed", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("accuracy", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("matched_lat", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("matched_lon", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("street", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("confidence", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("told_lat", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("told_lon", sa.Double(), nullable=True))

    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(sa.Column("placed_by", sa.String(40), nullable=True))
        batch_op.add_column(sa.Column("precision", sa.String(length=10), nullable=True))
        batch_op.alter_column("lat", existing_type=sa.DOUBLE(), nullable=True)
        batch_op.alter_column("lon", existing_type=sa.DOUBLE(), nullable=True)
        batch_op.create_check_constraint(op.f("ck_site_placed_whole"), "(lat IS NULL) = (lon IS NULL)")
    op.execute("UPDATE site SET placed_by = 'given'")  # until now, nobody could enter a site without its position


def downgrade() -> None:
    # Sites without a position cannot go back: the constraint below refuses, and nothing is changed.
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_site_placed_whole"), type_="check")
        batch_op.alter_column("lon", existing_type=sa.DOUBLE(), nullable=False)
        batch_op.alter_column("lat", existing_type=sa.DOUBLE(), nullable=False)
        batch_op.drop_column("precision")
        batch_op.drop_column("placed_by")

    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.drop_column("told_lon")
        batch_op.drop_column("told_lat")
        batch_op.drop_column("told_at")
        batch_op.drop_column("confidence")
        batch_op.drop_column("street")
        batch_op.drop_column("matched_lon")
        batch_op.drop_column("matched_lat")
        batch_op.drop_column("accuracy")
        batch_op.drop_column("speed")
        batch_op.drop_column("heading")

    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_column("timing")

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_column("slack")
        batch_op.drop_column("by_hour_end")
        batch_op.drop_column("by_hour_start")
        batch_op.drop_column("by_hour_arrival")
        batch_op.drop_column("travel_source")
        batch_op.drop_column("travel_metres")
        batch_op.drop_column("travel_seconds")

    with op.batch_alter_table("observed_leg", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observed_leg_slice_id"))
        batch_op.drop_index(batch_op.f("ix_observed_leg_departed_at"))

    op.drop_table("observed_leg")
    with op.batch_alter_table("expected_arrival", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expected_arrival_technician_id"))

    op.drop_table("expected_arrival")
    with op.batch_alter_table("trail_point", schema=None) as batch_op:
        batch_op.drop_index("ix_trail_point_at")

    op.drop_table("trail_point")
    with op.batch_alter_table("learnt_factor", schema=None) as batch_op:
        batch_op.drop_index("ix_learnt_factor_slice_id_territory_id")

    op.drop_table("learnt_factor")
    with op.batch_alter_table("travel_slice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_travel_slice_territory_id"))

    op.drop_table("travel_slice")
    op.drop_table("travel_engine")
    with op.batch_alter_table("geocoded_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_geocoded_answer_expires_at"))

    op.drop_table("geocoded_answer")
