"""when to ask for acceptance"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("planning_policy", schema=None) as batch_op:
        batch_op.add_column(sa.Column("accept_ahead", sa.Integer(), nullable=False, server_default="0"))
    # Operations that run go on as they did: whoever is handed a visit is asked for it.
    op.execute("UPDATE planning_policy SET accept_ahead = dispatch_ahead")
    with op.batch_alter_table("planning_policy", schema=None) as batch_op:
        batch_op.alter_column("accept_ahead", server_default=None)
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE visit SET asked_at = dispatched_at")


def downgrade() -> None:
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_column("asked_at")
    with op.batch_alter_table("planning_policy", schema=None) as batch_op:
        batch_op.drop_column("accept_ahead")
