"""Delegations: a partner's people at an event, their lines in the list, and sheets between check and import."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

IS_LIVE = sa.text("state IN ('invited', 'pending', 'open')")


def upgrade() -> None:
    op.create_table('delegations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(), nullable=False),
    sa.Column('submission_key', sa.String(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('invited', 'pending', 'open', 'ended', name='delegationstate', native_enum=False, length=30), nullable=False),
    sa.Column('full_name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('email_key', sa.String(), nullable=False),
    sa.Column('organisation', sa.String(), nullable=False),
    sa.Column('country', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('link_generation', sa.Integer(), nullable=False),
    sa.Column('most_members', sa.Integer(), nullable=False),
    sa.Column('member_count', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('member_count >= 0 AND member_count <= most_members', name=op.f('ck_delegations_members_within_limit')),
    sa.CheckConstraint("state <> 'open' OR opened_at IS NOT NULL", name=op.f('ck_delegations_opened_at_some_time')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_delegations_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegations')),
    sa.UniqueConstraint('public_id', name=op.f('uq_delegations_public_id')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_delegations_submission_key'))
    )
    with op.batch_alter_table('delegations', schema=None) as batch_op:
        batch_op.create_index('ix_delegations_event_id', ['event_id', 'id'], unique=False)
        batch_op.create_index('ix_delegations_email_key', ['email_key'], unique=False)
        batch_op.create_index('uq_delegations_one_live', ['event_id', 'email_key'], unique=True, sqlite_where=IS_LIVE, postgresql_where=IS_LIVE)

    op.create_table('delegation_members',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(), nullable=False),
    sa.Column('delegation_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=True),
    sa.Column('full_name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('email_key', sa.String(), nullable=False),
    sa.Column('organisation', sa.String(), nullable=False),
    sa.Column('country', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('seems_to_wait', sa.Boolean(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('declined_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('completed_at IS NULL OR declined_at IS NULL', name=op.f('ck_delegation_members_answered_once')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_delegation_members_delegation_id')),
    sa.ForeignKeyConstraint(['registration_id'], ['registrations.id'], name=op.f('fk_delegation_members_registration_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation_members')),
    sa.UniqueConstraint('public_id', name=op.f('uq_delegation_members_public_id')),
    sa.UniqueConstraint('delegation_id', 'email_key', name=op.f('uq_delegation_members_delegation_id_email_key')),
    sa.UniqueConstraint('registration_id', name=op.f('uq_delegation_members_registration_id'))
    )
    with op.batch_alter_table('delegation_members', schema=None) as batch_op:
        batch_op.create_index('ix_delegation_members_email_key', ['email_key'], unique=False)

    op.create_table('delegation_sheets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(), nullable=False),
    sa.Column('delegation_id', sa.Integer(), nullable=False),
    sa.Column('rows', sa.JSON(), nullable=False),
    sa.Column('refused', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_delegation_sheets_delegation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation_sheets')),
    sa.UniqueConstraint('public_id', name=op.f('uq_delegation_sheets_public_id'))
    )
    with op.batch_alter_table('delegation_sheets', schema=None) as batch_op:
        batch_op.create_index('ix_delegation_sheets_delegation_id', ['delegation_id'], unique=False)
        batch_op.create_index('ix_delegation_sheets_expires_at', ['expires_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('delegation_sheets', schema=None) as batch_op:
        batch_op.drop_index('ix_delegation_sheets_expires_at')
        batch_op.drop_index('ix_delegation_sheets_delegation_id')

    op.drop_table('delegation_sheets')
    with op.batch_alter_table('delegation_members', schema=None) as batch_op:
        batch_op.drop_index('ix_delegation_members_email_key')

    op.drop_table('delegation_members')
    with op.batch_alter_table('delegations', schema=None) as batch_op:
        batch_op.drop_index('uq_delegations_one_live')
        batch_op.drop_index('ix_delegations_email_key')
        batch_op.drop_index('ix_delegations_event_id')

    op.drop_table('delegations')
