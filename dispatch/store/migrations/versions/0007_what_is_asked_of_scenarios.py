"""what is asked of scenarios"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("scenario", schema=None) as batch_op:
        # Until now nothing else could be asked of them than what their changes do.
        batch_op.add_column(sa.Column("asks", sa.String(40), nullable=False, server_default="effect"))
    with op.batch_alter_table("scenario", schema=None) as batch_op:
        batch_op.alter_column("asks", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("scenario", schema=None) as batch_op:
        batch_op.drop_column("asks")
