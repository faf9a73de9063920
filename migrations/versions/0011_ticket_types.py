"""Ticket types and their payments, named pools and holds, places beyond the seats."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('capacity_pools', schema=None) as batch_op:
        batch_op.add_column(sa.Column('extra', sa.Integer(), server_default=sa.text('0'), nullable=False))
        batch_op.add_column(sa.Column('overbooking', sa.Integer(), server_default=sa.text('0'), nullable=False))
        batch_op.create_check_constraint(op.f('ck_capacity_pools_extra_in_capacity'), 'extra >= 0 AND extra <= capacity')
        batch_op.create_check_constraint(op.f('ck_capacity_pools_overbooking_in_percent'), 'overbooking BETWEEN 0 AND 100')

    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.add_column(sa.Column('has_types', sa.Boolean(), server_default=sa.false(), nullable=False))

    op.create_table('ticket_types',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('help', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('access', sa.Enum('open', 'code', 'partner', 'student', name='access', native_enum=False, length=30), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=True),
    sa.Column('code_pool_id', sa.Integer(), nullable=True),
    sa.Column('allowed', sa.JSON(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('paying', sa.Enum('free', 'on_spot', 'invoice', name='paying', native_enum=False, length=30), nullable=False),
    sa.Column('pool_id', sa.Integer(), nullable=True),
    sa.Column('least', sa.Integer(), nullable=False),
    sa.Column('most', sa.Integer(), nullable=False),
    sa.Column('needs_approval', sa.Boolean(), nullable=False),
    sa.Column('youngest', sa.Integer(), nullable=True),
    sa.Column('oldest', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('price >= 0', name=op.f('ck_ticket_types_price_not_negative')),
    sa.CheckConstraint("(paying = 'free') = (price = 0)", name=op.f('ck_ticket_types_free_costs_nothing')),
    sa.CheckConstraint("(access = 'code') = (code_hash IS NOT NULL)", name=op.f('ck_ticket_types_code_when_asked')),
    sa.CheckConstraint('code_pool_id IS NULL OR code_hash IS NOT NULL', name=op.f('ck_ticket_types_uses_of_a_code')),
    sa.CheckConstraint('least > 0 AND most >= least', name=op.f('ck_ticket_types_group_in_order')),
    sa.CheckConstraint('youngest IS NULL OR oldest IS NULL OR oldest >= youngest', name=op.f('ck_ticket_types_ages_in_order')),
    sa.CheckConstraint('opens_at IS NULL OR closes_at IS NULL OR closes_at > opens_at', name=op.f('ck_ticket_types_window_in_order')),
    sa.ForeignKeyConstraint(['code_pool_id'], ['capacity_pools.id'], name=op.f('fk_ticket_types_code_pool_id')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_ticket_types_event_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['capacity_pools.id'], name=op.f('fk_ticket_types_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_types')),
    sa.UniqueConstraint('public_id', name=op.f('uq_ticket_types_public_id'))
    )
    with op.batch_alter_table('ticket_types', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_types_event_id', ['event_id'], unique=False)
        batch_op.create_index('ix_ticket_types_pool_id', ['pool_id'], unique=False)

    op.create_table('named_pools',
    sa.Column('pool_id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('kind', sa.Enum('shared', 'hold', 'door', name='poolkind', native_enum=False, length=30), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('releases_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('pool_id <> parent_id', name=op.f('ck_named_pools_not_its_own_parent')),
    sa.CheckConstraint("kind = 'shared' OR parent_id IS NOT NULL", name=op.f('ck_named_pools_held_in_a_pool')),
    sa.CheckConstraint("kind <> 'shared' OR releases_at IS NULL", name=op.f('ck_named_pools_only_holds_are_released')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_named_pools_event_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['capacity_pools.id'], name=op.f('fk_named_pools_parent_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['capacity_pools.id'], name=op.f('fk_named_pools_pool_id')),
    sa.PrimaryKeyConstraint('pool_id', name=op.f('pk_named_pools')),
    sa.UniqueConstraint('public_id', name=op.f('uq_named_pools_public_id'))
    )
    with op.batch_alter_table('named_pools', schema=None) as batch_op:
        batch_op.create_index('ix_named_pools_event_id', ['event_id'], unique=False)
        batch_op.create_index('ix_named_pools_parent_id', ['parent_id'], unique=False)
        batch_op.create_index('ix_named_pools_releases_at', ['releases_at'], unique=False)

    with op.batch_alter_table('registrations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('ticket_type_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_registrations_ticket_type_id'), 'ticket_types', ['ticket_type_id'], ['id'])
        batch_op.create_index('ix_registrations_ticket_type_id', ['ticket_type_id'], unique=False)

    op.create_table('payments',
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('due', 'paid', 'waived', name='paymentstate', native_enum=False, length=30), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('paying', sa.Enum('free', 'on_spot', 'invoice', name='paying', native_enum=False, length=30), nullable=False),
    sa.Column('method', sa.String(), nullable=True),
    sa.Column('reference', sa.String(), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=True),
    sa.CheckConstraint('amount > 0', name=op.f('ck_payments_amount_positive')),
    sa.CheckConstraint("(state = 'paid') = (method IS NOT NULL)", name=op.f('ck_payments_paid_somehow')),
    sa.CheckConstraint("(state = 'due') = (decided_at IS NULL)", name=op.f('ck_payments_decided_at_some_time')),
    sa.ForeignKeyConstraint(['registration_id'], ['registrations.id'], name=op.f('fk_payments_registration_id')),
    sa.PrimaryKeyConstraint('registration_id', name=op.f('pk_payments'))
    )
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.create_index('ix_payments_state', ['state'], unique=False)


def downgrade() -> None:
    op.drop_table('payments')
    with op.batch_alter_table('registrations', schema=None) as batch_op:
        batch_op.drop_index('ix_registrations_ticket_type_id')
        batch_op.drop_constraint(op.f('fk_registrations_ticket_type_id'), type_='foreignkey')
        batch_op.drop_column('ticket_type_id')

    op.drop_table('named_pools')
    op.drop_table('ticket_types')
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_column('has_types')

    with op.batch_alter_table('capacity_pools', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_capacity_pools_overbooking_in_percent'), type_='check')
        batch_op.drop_constraint(op.f('ck_capacity_pools_extra_in_capacity'), type_='check')
        batch_op.drop_column('overbooking')
        batch_op.drop_column('extra')
