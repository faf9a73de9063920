"""Families and school groups: parties, children, seats, and the ages that a session takes."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('parties',
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('family', 'school_group', name='partykind', native_enum=False, length=30), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('relation', sa.String(), nullable=False),
    sa.Column('grade', sa.String(), nullable=False),
    sa.Column('youngest', sa.Integer(), nullable=True),
    sa.Column('oldest', sa.Integer(), nullable=True),
    sa.CheckConstraint('youngest IS NULL OR oldest IS NULL OR oldest >= youngest', name=op.f('ck_parties_ages_in_order')),
    sa.ForeignKeyConstraint(['registration_id'], ['registrations.id'], name=op.f('fk_parties_registration_id')),
    sa.PrimaryKeyConstraint('registration_id', name=op.f('pk_parties'))
    )
    op.create_table('children',
    sa.Column('attendee_id', sa.Integer(), nullable=False),
    sa.Column('born_on', sa.Date(), nullable=True),
    sa.Column('may_leave_alone', sa.Boolean(), nullable=False),
    sa.Column('may_be_photographed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['attendee_id'], ['attendees.id'], name=op.f('fk_children_attendee_id')),
    sa.PrimaryKeyConstraint('attendee_id', name=op.f('pk_children'))
    )
    op.create_table('seats',
    sa.Column('attendee_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['attendee_id'], ['attendees.id'], name=op.f('fk_seats_attendee_id')),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_seats_session_id')),
    sa.PrimaryKeyConstraint('attendee_id', 'session_id', name=op.f('pk_seats'))
    )
    with op.batch_alter_table('seats', schema=None) as batch_op:
        batch_op.create_index('ix_seats_session_id', ['session_id'], unique=False)

    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.add_column(sa.Column('takes_families', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('children_per_adult', sa.Integer(), server_default=sa.text('3'), nullable=False))
        batch_op.add_column(sa.Column('takes_school_groups', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('largest_group', sa.Integer(), server_default=sa.text('40'), nullable=False))
        batch_op.create_check_constraint(op.f('ck_events_parties_not_empty'), 'children_per_adult > 0 AND largest_group > 0')

    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('age_min', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('age_max', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('adult_required', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_check_constraint(op.f('ck_sessions_ages_in_order'), 'age_max IS NULL OR age_min IS NULL OR age_max >= age_min')

    with op.batch_alter_table('session_choices', schema=None) as batch_op:
        batch_op.add_column(sa.Column('count', sa.Integer(), server_default=sa.text('1'), nullable=False))
        batch_op.create_check_constraint(op.f('ck_session_choices_count_positive'), 'count > 0')


def downgrade() -> None:
    with op.batch_alter_table('session_choices', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_session_choices_count_positive'), type_='check')
        batch_op.drop_column('count')

    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_sessions_ages_in_order'), type_='check')
        batch_op.drop_column('adult_required')
        batch_op.drop_column('age_max')
        batch_op.drop_column('age_min')

    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_events_parties_not_empty'), type_='check')
        batch_op.drop_column('largest_group')
        batch_op.drop_column('takes_school_groups')
        batch_op.drop_column('children_per_adult')
        batch_op.drop_column('takes_families')

    with op.batch_alter_table('seats', schema=None) as batch_op:
        batch_op.drop_index('ix_seats_session_id')

    op.drop_table('seats')
    op.drop_table('children')
    op.drop_table('parties')
