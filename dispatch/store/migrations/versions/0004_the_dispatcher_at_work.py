"""the dispatcher at work"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_fence",
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_fence")),
    )
    op.create_table(
        "territory_lock",
        sa.Column("territory_id", sa.String(length=40), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_id"],
            ["territory.id"],
            name=op.f("fk_territory_lock_territory_id_territory"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory_lock")),
        sa.UniqueConstraint("territory_id", name=op.f("uq_territory_lock_territory_id")),
    )
    op.create_table(
        "saved_view",
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("what", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_saved_view_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_view_shared"), ["shared"], unique=False)
        batch_op.create_index("uq_saved_view_user_id_name", ["user_id", "name"], unique=True)

    op.create_table(
        "message",
        sa.Column("job_id", sa.String(length=40), nullable=False),
        sa.Column("visit_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("technician_id", sa.String(length=40), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_message_job_id_job"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["technician_id"], ["technician.id"], name=op.f("fk_message_technician_id_technician"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_message_visit_id_visit"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_job_id_at", ["job_id", "at"], unique=False)
        batch_op.create_index("ix_message_kind_read_at", ["kind", "read_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "message_reader",
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("technician_id", sa.String(length=40), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_reader_message_id_message"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["technician_id"],
            ["technician.id"],
            name=op.f("fk_message_reader_technician_id_technician"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", "technician_id", name=op.f("pk_message_reader")),
    )
    with op.batch_alter_table("message_reader", schema=None) as batch_op:
        batch_op.create_index("ix_message_reader_technician_id_seen_at", ["technician_id", "seen_at"], unique=False)

    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replaced_by", sa.String(length=40), nullable=True))

    with op.batch_alter_table("report_sending", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lacks", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index(batch_op.f("ix_report_sending_lacks"), ["lacks"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("report_sending", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_sending_lacks"))
        batch_op.drop_column("lacks")

    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_column("replaced_by")

    with op.batch_alter_table("message_reader", schema=None) as batch_op:
        batch_op.drop_index("ix_message_reader_technician_id_seen_at")

    op.drop_table("message_reader")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_visit_id"))
        batch_op.drop_index("ix_message_kind_read_at")
        batch_op.drop_index("ix_message_job_id_at")

    op.drop_table("message")
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.drop_index("uq_saved_view_user_id_name")
        batch_op.drop_index(batch_op.f("ix_saved_view_shared"))

    op.drop_table("saved_view")
    op.drop_table("territory_lock")
    op.drop_table("plan_fence")
