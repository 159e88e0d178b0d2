"""what phones bring"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "field_action",
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=40), nullable=False),
        sa.Column("technician_id", sa.String(length=40), nullable=False),
        sa.Column("territory_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("visit_id", sa.String(length=40), nullable=True),
        sa.Column("after_id", sa.String(length=36), nullable=True),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("phone_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("elapsed", sa.Double(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skew", sa.Double(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("dispute", sa.String(40), nullable=True),
        sa.Column("decision", sa.String(40), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_field_action")),
    )
    with op.batch_alter_table("field_action", schema=None) as batch_op:
        batch_op.create_index("ix_field_action_dispute_received_at", ["dispute", "received_at"], unique=False)
        batch_op.create_index("ix_field_action_received_at", ["received_at"], unique=False)
        batch_op.create_index(
            "ix_field_action_technician_id_happened_at", ["technician_id", "happened_at"], unique=False
        )
        batch_op.create_index("ix_field_action_visit_id_happened_at", ["visit_id", "happened_at"], unique=False)

    op.create_table(
        "installation_key",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation_key")),
    )
    op.create_table(
        "checklist_version",
        sa.Column("job_type_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_type_id"], ["job_type.id"], name=op.f("fk_checklist_version_job_type_id_job_type"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_type_id", "version", name=op.f("pk_checklist_version")),
    )
    op.create_table(
        "device",
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("technician_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("platform", sa.String(length=120), nullable=False),
        sa.Column("app_version", sa.String(length=40), nullable=False),
        sa.Column("key", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("thumbprint", sa.String(length=43), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skew", sa.Double(), nullable=True),
        sa.Column("push", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("push_failures", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=40), nullable=True),
        sa.Column("revoked_because", sa.String(length=300), nullable=False),
        sa.Column("wipe", sa.Boolean(), nullable=False),
        sa.Column("wipe_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["technician_id"], ["technician.id"], name=op.f("fk_device_technician_id_technician")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_device_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_technician_id"), ["technician_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_device_user_id"), ["user_id"], unique=False)

    op.create_table(
        "media",
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restarts", sa.Integer(), nullable=False),
        sa.Column("refused", sa.String(length=30), nullable=False),
        sa.Column("complete_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept", sa.String(length=64), nullable=True),
        sa.Column("kept_size", sa.Integer(), nullable=True),
        sa.Column("kept_type", sa.String(length=20), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_media_owner_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_begun_at"), ["begun_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_media_kept"), ["kept"], unique=False)
        batch_op.create_index(batch_op.f("ix_media_sha256"), ["sha256"], unique=False)
        batch_op.create_index("uq_media_owner_id_sha256", ["owner_id", "sha256"], unique=True)

    op.create_table(
        "checklist_answers",
        sa.Column("visit_id", sa.String(length=40), nullable=False),
        sa.Column("job_type_id", sa.String(length=40), nullable=False),
        sa.Column("checklist_version", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("given", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("technician_id", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_type_id"], ["job_type.id"], name=op.f("fk_checklist_answers_job_type_id_job_type")
        ),
        sa.ForeignKeyConstraint(
            ["technician_id"],
            ["technician.id"],
            name=op.f("fk_checklist_answers_technician_id_technician"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_checklist_answers_visit_id_visit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_answers")),
    )
    with op.batch_alter_table("checklist_answers", schema=None) as batch_op:
        batch_op.create_index("uq_checklist_answers_visit_id", ["visit_id", "checklist_version"], unique=True)

    op.create_table(
        "expert_call",
        sa.Column("visit_id", sa.String(length=40), nullable=False),
        sa.Column("technician_id", sa.String(length=40), nullable=True),
        sa.Column("expert_id", sa.String(length=40), nullable=True),
        sa.Column("skill", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["technician.id"], name=op.f("fk_expert_call_expert_id_technician"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["technician_id"],
            ["technician.id"],
            name=op.f("fk_expert_call_technician_id_technician"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_expert_call_visit_id_visit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_call")),
    )
    with op.batch_alter_table("expert_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_expert_call_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "part_request",
        sa.Column("visit_id", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.String(length=40), nullable=False),
        sa.Column("territory_id", sa.String(length=40), nullable=True),
        sa.Column("technician_id", sa.String(length=40), nullable=True),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.Double(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("holds_up", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_part_request_job_id_job"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["technician_id"],
            ["technician.id"],
            name=op.f("fk_part_request_technician_id_technician"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_part_request_territory_id_territory")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_part_request_visit_id_visit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_request")),
    )
    with op.batch_alter_table("part_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_part_request_job_id"), ["job_id"], unique=False)
        batch_op.create_index("ix_part_request_status_at", ["status", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_part_request_territory_id"), ["territory_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_part_request_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "part_use",
        sa.Column("visit_id", sa.String(length=40), nullable=False),
        sa.Column("technician_id", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["technician_id"], ["technician.id"], name=op.f("fk_part_use_technician_id_technician"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_part_use_visit_id_visit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_use")),
    )
    with op.batch_alter_table("part_use", schema=None) as batch_op:
        batch_op.create_index("ix_part_use_technician_id_at", ["technician_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_part_use_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "phone_notice",
        sa.Column("technician_id", sa.String(length=40), nullable=False),
        sa.Column("visit_id", sa.String(length=40), nullable=True),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("because", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["technician_id"],
            ["technician.id"],
            name=op.f("fk_phone_notice_technician_id_technician"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_phone_notice_visit_id_visit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_notice")),
    )
    with op.batch_alter_table("phone_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phone_notice_at"), ["at"], unique=False)
        batch_op.create_index("ix_phone_notice_technician_id_at", ["technician_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_phone_notice_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "report_sending",
        sa.Column("visit_id", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=True),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("notification_id", sa.String(length=40), nullable=True),
        sa.Column("dropped_because", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_report_sending_contact_id_contact"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_report_sending_visit_id_visit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_sending")),
    )
    with op.batch_alter_table("report_sending", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_sending_asked_by"), ["asked_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_sending_visit_id"), ["visit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_sending_waiting"), ["waiting"], unique=False)

    op.create_table(
        "service_report",
        sa.Column("visit_id", sa.String(length=40), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", sa.String(length=64), nullable=False),
        sa.Column("kept", sa.String(length=64), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_service_report_visit_id_visit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_report")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_service_report_visit_id")),
    )
    with op.batch_alter_table("service_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_report_kept"), ["kept"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_report_wanted_at"), ["wanted_at"], unique=False)

    op.create_table(
        "visit_media",
        sa.Column("visit_id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("caption", sa.String(length=500), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_visit_media_owner_id_user_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_visit_media_visit_id_visit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_media")),
    )
    with op.batch_alter_table("visit_media", schema=None) as batch_op:
        batch_op.create_index("ix_visit_media_owner_id_sha256", ["owner_id", "sha256"], unique=False)
        batch_op.create_index(
            "uq_visit_media_visit_id", ["visit_id", "owner_id", "sha256", "purpose", "field"], unique=True
        )

    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("own", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("access_token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("device_id", sa.String(length=40), nullable=True))
        batch_op.create_index(batch_op.f("ix_access_token_device_id"), ["device_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_access_token_device_id_device"), "device", ["device_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_technician_id"))
        batch_op.create_index("ix_assignment_technician_id_start", ["technician_id", "start"], unique=False)

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_equipment_id"), ["equipment_id"], unique=False)

    with op.batch_alter_table("job_type", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "checklist",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                server_default="{}",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("checklist_version", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("checklist_required", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(
            sa.Column(
                "knowledge",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                server_default="[]",
                nullable=False,
            )
        )

    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.add_column(sa.Column("attachment", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("attachment_name", sa.String(length=80), nullable=True))
        batch_op.create_index(batch_op.f("ix_notification_attachment"), ["attachment"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notification_attachment"))
        batch_op.drop_column("attachment_name")
        batch_op.drop_column("attachment")

    with op.batch_alter_table("job_type", schema=None) as batch_op:
        batch_op.drop_column("knowledge")
        batch_op.drop_column("checklist_required")
        batch_op.drop_column("checklist_version")
        batch_op.drop_column("checklist")

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_equipment_id"))

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_assignment_technician_id_start")
        batch_op.create_index(batch_op.f("ix_assignment_technician_id"), ["technician_id"], unique=False)

    with op.batch_alter_table("access_token", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_access_token_device_id_device"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_access_token_device_id"))
        batch_op.drop_column("device_id")

    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_column("own")

    with op.batch_alter_table("visit_media", schema=None) as batch_op:
        batch_op.drop_index("uq_visit_media_visit_id")
        batch_op.drop_index("ix_visit_media_owner_id_sha256")

    op.drop_table("visit_media")
    with op.batch_alter_table("service_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_report_wanted_at"))
        batch_op.drop_index(batch_op.f("ix_service_report_kept"))

    op.drop_table("service_report")
    with op.batch_alter_table("report_sending", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_sending_waiting"))
        batch_op.drop_index(batch_op.f("ix_report_sending_visit_id"))
        batch_op.drop_index(batch_op.f("ix_report_sending_asked_by"))

    op.drop_table("report_sending")
    with op.batch_alter_table("phone_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phone_notice_visit_id"))
        batch_op.drop_index("ix_phone_notice_technician_id_at")
        batch_op.drop_index(batch_op.f("ix_phone_notice_at"))

    op.drop_table("phone_notice")
    with op.batch_alter_table("part_use", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_part_use_visit_id"))
        batch_op.drop_index("ix_part_use_technician_id_at")

    op.drop_table("part_use")
    with op.batch_alter_table("part_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_part_request_visit_id"))
        batch_op.drop_index(batch_op.f("ix_part_request_territory_id"))
        batch_op.drop_index("ix_part_request_status_at")
        batch_op.drop_index(batch_op.f("ix_part_request_job_id"))

    op.drop_table("part_request")
    with op.batch_alter_table("expert_call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expert_call_visit_id"))

    op.drop_table("expert_call")
    with op.batch_alter_table("checklist_answers", schema=None) as batch_op:
        batch_op.drop_index("uq_checklist_answers_visit_id")

    op.drop_table("checklist_answers")
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.drop_index("uq_media_owner_id_sha256")
        batch_op.drop_index(batch_op.f("ix_media_sha256"))
        batch_op.drop_index(batch_op.f("ix_media_kept"))
        batch_op.drop_index(batch_op.f("ix_media_begun_at"))

    op.drop_table("media")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_user_id"))
        batch_op.drop_index(batch_op.f("ix_device_technician_id"))

    op.drop_table("device")
    op.drop_table("checklist_version")
    op.drop_table("installation_key")
    with op.batch_alter_table("field_action", schema=None) as batch_op:
        batch_op.drop_index("ix_field_action_visit_id_happened_at")
        batch_op.drop_index("ix_field_action_technician_id_happened_at")
        batch_op.drop_index("ix_field_action_received_at")
        batch_op.drop_index("ix_field_action_dispute_received_at")

    op.drop_table("field_action")
