"""The organisers' people table: tags, notes, saved views, deeds for many, and the orders of the table."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ORDERS = {
    "ix_registrations_created_at": ["event_id", "created_at"],
    "ix_registrations_organisation": ["event_id", "organisation"],
}


def upgrade() -> None:
    _tags_and_notes()
    _views()
    _bulk()
    for name, columns in ORDERS.items():
        op.create_index(name, "registrations", columns, unique=False)


def _tags_and_notes() -> None:
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_tags_has_a_name")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_tags_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.UniqueConstraint("event_id", "name_key", name=op.f("uq_tags_event_id_name_key")),
    )
    op.create_table(
        "taggings",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("tagged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_taggings_registration_id")
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_taggings_tag_id")),
        sa.PrimaryKeyConstraint("registration_id", "tag_id", name=op.f("pk_taggings")),
    )
    op.create_index("ix_taggings_tag_id", "taggings", ["tag_id", "registration_id"], unique=False)
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_notes_has_text")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_notes_author_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_notes_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index("ix_notes_registration_id", "notes", ["registration_id"], unique=False)


def _views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_saved_views_event_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_views_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint(
            "event_id", "user_id", "name_key", name=op.f("uq_saved_views_event_id_user_id_name_key")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_views_public_id")),
    )


def _bulk() -> None:
    actions = ("add_tag", "remove_tag", "cancel", "resend")
    states = ("waiting", "done", "skipped", "failed")
    op.create_table(
        "bulk_jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("submission_key", sa.String(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.Enum(*actions, native_enum=False, length=30), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_bulk_jobs_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_jobs")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_jobs_public_id")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_bulk_jobs_submission_key")),
    )
    op.create_index("ix_bulk_jobs_open", "bulk_jobs", ["finished_at", "id"], unique=False)
    op.create_index("ix_bulk_jobs_event_id", "bulk_jobs", ["event_id"], unique=False)
    op.create_table(
        "bulk_rows",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum(*states, native_enum=False, length=30), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (done_at IS NULL)", name=op.f("ck_bulk_rows_done_at_some_time")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["bulk_jobs.id"], name=op.f("fk_bulk_rows_job_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_bulk_rows_registration_id")
        ),
        sa.PrimaryKeyConstraint("job_id", "registration_id", name=op.f("pk_bulk_rows")),
    )
    op.create_index("ix_bulk_rows_state", "bulk_rows", ["job_id", "state", "registration_id"], unique=False)


def downgrade() -> None:
    for name in ORDERS:
        op.drop_index(name, table_name="registrations")
    for table in ("bulk_rows", "bulk_jobs", "saved_views", "notes", "taggings", "tags"):
        op.drop_table(table)
