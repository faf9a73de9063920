"""Families change once a form."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('parties', schema=None) as batch_op:
        batch_op.add_column(sa.Column('changed_by', sa.String(), nullable=True))
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shares_pool', sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table('session_wishes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('warned_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('session_wishes', schema=None) as batch_op:
        batch_op.drop_column('warned_at')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_column('shares_pool')
    with op.batch_alter_table('parties', schema=None) as batch_op:
        batch_op.drop_column('changed_by')
