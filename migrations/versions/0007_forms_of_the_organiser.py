"""Forms of the organiser: sections, questions and their versions, pools of limited options, answers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('form_marks',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_form_marks_event_id')),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_form_marks'))
    )
    op.create_table('form_sections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_form_sections_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_form_sections'))
    )
    with op.batch_alter_table('form_sections', schema=None) as batch_op:
        batch_op.create_index('ix_form_sections_event_id', ['event_id'], unique=False)

    op.create_table('questions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('section_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(removed_at IS NULL) = (section_id IS NOT NULL)', name=op.f('ck_questions_removed_has_no_section')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_questions_event_id')),
    sa.ForeignKeyConstraint(['section_id'], ['form_sections.id'], name=op.f('fk_questions_section_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questions')),
    sa.UniqueConstraint('public_id', name=op.f('uq_questions_public_id'))
    )
    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.create_index('ix_questions_event_id', ['event_id'], unique=False)
        batch_op.create_index('ix_questions_section_id', ['section_id'], unique=False)

    op.create_table('option_pools',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('pool_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['pool_id'], ['capacity_pools.id'], name=op.f('fk_option_pools_pool_id')),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_option_pools_question_id')),
    sa.PrimaryKeyConstraint('question_id', 'key', name=op.f('pk_option_pools')),
    sa.UniqueConstraint('pool_id', name=op.f('uq_option_pools_pool_id'))
    )
    op.create_table('question_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('short_text', 'long_text', 'number', 'date', 'choice', 'choices', 'yes_no', 'country', 'phone', 'email', 'organisation', 'dietary', 'access', 't_shirt', name='questionkind', native_enum=False, length=30), nullable=False),
    sa.Column('label', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('help', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('purpose', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('is_required', sa.Boolean(), nullable=False),
    sa.Column('stage', sa.Enum('now', 'confirmed', 'later', name='stage', native_enum=False, length=30), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('data_class', sa.Enum('R', 'H', 'M', 'V', name='dataclass', native_enum=False, length=30), nullable=False),
    sa.Column('audience', sa.Enum('organiser', 'crew', name='audience', native_enum=False, length=30), nullable=False),
    sa.Column('at_least', sa.Integer(), nullable=True),
    sa.Column('at_most', sa.Integer(), nullable=True),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('condition', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(stage = 'later') = (due_at IS NOT NULL)", name=op.f('ck_question_versions_later_has_an_end')),
    sa.CheckConstraint('at_least IS NULL OR at_most IS NULL OR at_most >= at_least', name=op.f('ck_question_versions_limits_in_order')),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_question_versions_question_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_versions')),
    sa.UniqueConstraint('question_id', 'number', name=op.f('uq_question_versions_question_id_number'))
    )
    op.create_table('answers',
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_answers_question_id')),
    sa.ForeignKeyConstraint(['registration_id'], ['registrations.id'], name=op.f('fk_answers_registration_id')),
    sa.ForeignKeyConstraint(['version_id'], ['question_versions.id'], name=op.f('fk_answers_version_id')),
    sa.PrimaryKeyConstraint('registration_id', 'question_id', name=op.f('pk_answers'))
    )
    with op.batch_alter_table('answers', schema=None) as batch_op:
        batch_op.create_index('ix_answers_question_id', ['question_id'], unique=False)
        batch_op.create_index('ix_answers_version_id', ['version_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('answers', schema=None) as batch_op:
        batch_op.drop_index('ix_answers_version_id')
        batch_op.drop_index('ix_answers_question_id')

    op.drop_table('answers')
    op.drop_table('question_versions')
    op.drop_table('option_pools')
    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.drop_index('ix_questions_section_id')
        batch_op.drop_index('ix_questions_event_id')

    op.drop_table('questions')
    with op.batch_alter_table('form_sections', schema=None) as batch_op:
        batch_op.drop_index('ix_form_sections_event_id')

    op.drop_table('form_sections')
    op.drop_table('form_marks')
