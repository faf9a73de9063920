"""What families and sessions learned later: a change once a form, shared pools, wishes of several, answers asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('parties', schema=None) as batch_op:
        batch_op.add_column(sa.Column('changed_by', sa.String(), nullable=True))
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shares_pool', sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table('session_wishes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('warned_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('reminder_plans', schema=None) as batch_op:
        batch_op.add_column(sa.Column('complete_days', sa.Integer(), nullable=True))
        batch_op.create_check_constraint(op.f('ck_reminder_plans_complete_days_in_range'), 'complete_days BETWEEN 1 AND 60')
    op.create_table('wish_people',
    sa.Column('wish_id', sa.Integer(), nullable=False),
    sa.Column('attendee_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['attendee_id'], ['attendees.id'], name=op.f('fk_wish_people_attendee_id')),
    sa.ForeignKeyConstraint(['wish_id'], ['session_wishes.id'], name=op.f('fk_wish_people_wish_id')),
    sa.PrimaryKeyConstraint('wish_id', 'attendee_id', name=op.f('pk_wish_people'))
    )
    with op.batch_alter_table('wish_people', schema=None) as batch_op:
        batch_op.create_index('ix_wish_people_attendee_id', ['attendee_id'], unique=False)


def downgrade() -> None:
    op.drop_table('wish_people')
    op.execute("DELETE FROM reminders WHERE kind = 'complete'")
    with op.batch_alter_table('reminder_plans', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_reminder_plans_complete_days_in_range'), type_='check')
        batch_op.drop_column('complete_days')
    with op.batch_alter_table('session_wishes', schema=None) as batch_op:
        batch_op.drop_column('warned_at')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_column('shares_pool')
    with op.batch_alter_table('parties', schema=None) as batch_op:
        batch_op.drop_column('changed_by')
