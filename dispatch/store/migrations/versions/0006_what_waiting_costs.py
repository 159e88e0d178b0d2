"""what waiting costs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("planning_policy", schema=None) as batch_op:
        # Operations that run go on as they did, until somebody says what waiting is worth to them.
        batch_op.add_column(sa.Column("cost_per_hour_waiting", sa.Double(), nullable=False, server_default="0"))
    with op.batch_alter_table("planning_policy", schema=None) as batch_op:
        batch_op.alter_column("cost_per_hour_waiting", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("planning_policy", schema=None) as batch_op:
        batch_op.drop_column("cost_per_hour_waiting")
