"""Accompanying persons, who may take places of the event; the directory of organisations with their spellings."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("question_versions") as batch_op:
        batch_op.add_column(
            sa.Column("takes_places", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("registrations") as batch_op:
        batch_op.add_column(
            sa.Column("companions", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )
        batch_op.create_check_constraint(op.f("ck_registrations_companions_not_negative"), "companions >= 0")

    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organisations_public_id")),
    )
    op.create_table(
        "organisation_spellings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_spellings_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_spellings")),
        sa.UniqueConstraint("key", name=op.f("uq_organisation_spellings_key")),
    )
    op.create_index(
        "ix_organisation_spellings_organisation_id", "organisation_spellings", ["organisation_id"]
    )


def downgrade() -> None:
    """Accompanying persons hold no places before; who they are stays as a text."""
    _free_places_of_companions()
    _stop_counting_people()
    _tell_people_as_text()
    op.drop_table("organisation_spellings")
    op.drop_table("organisations")

    with op.batch_alter_table("registrations") as batch_op:
        batch_op.drop_constraint(op.f("ck_registrations_companions_not_negative"), type_="check")
        batch_op.drop_column("companions")

    with op.batch_alter_table("question_versions") as batch_op:
        batch_op.drop_column("takes_places")


PLACES_OF_COMPANIONS = """
SELECT places.registration_id, places.pool_id, registrations.companions
FROM places JOIN registrations ON registrations.id = places.registration_id
WHERE registrations.companions > 0 AND places.count > registrations.companions
AND places.pool_id NOT IN (SELECT pool_id FROM sessions WHERE pool_id IS NOT NULL)
AND places.pool_id NOT IN (SELECT pool_id FROM option_pools)
"""


def _free_places_of_companions() -> None:
    connection = op.get_bind()
    for registration, pool, fewer in connection.execute(sa.text(PLACES_OF_COMPANIONS)).all():
        named = {"registration": registration, "pool": pool, "fewer": fewer}
        ours = "registration_id = :registration AND pool_id = :pool"
        connection.execute(sa.text(f"UPDATE places SET count = count - :fewer WHERE {ours}"), named)
        connection.execute(
            sa.text("UPDATE capacity_pools SET taken = taken - :fewer WHERE id = :pool"), named
        )
    of_registration = "(SELECT companions FROM registrations WHERE id = waiting_entries.registration_id)"
    op.execute(f"UPDATE waiting_entries SET size = size - {of_registration} WHERE size > {of_registration}")


def _stop_counting_people() -> None:
    """A text has no limited option."""
    connection = op.get_bind()
    of_people = "SELECT question_id FROM question_versions WHERE kind = 'accompanying'"
    counted = f"SELECT pool_id FROM option_pools WHERE key = 'people' AND question_id IN ({of_people})"
    for pool in connection.execute(sa.text(counted)).scalars().all():
        for table, column in (("places", "pool_id"), ("option_pools", "pool_id"), ("capacity_pools", "id")):
            connection.execute(sa.text(f"DELETE FROM {table} WHERE {column} = :pool"), {"pool": pool})


def _tell_people_as_text() -> None:
    connection = op.get_bind()
    names = ("registration_id", "question_id", "version_id")
    answers = sa.table("answers", *map(sa.column, names), sa.column("value", sa.JSON))
    of_people = sa.text("version_id IN (SELECT id FROM question_versions WHERE kind = 'accompanying')")
    for row in connection.execute(sa.select(answers).where(of_people)).all():
        lines = [f"{one['name']} ({one['note']})" if one["note"] else one["name"] for one in row.value or []]
        ours = (answers.c.registration_id == row.registration_id, answers.c.question_id == row.question_id)
        connection.execute(sa.update(answers).where(*ours).values(value="; ".join(lines) or None))
    op.execute(
        "UPDATE question_versions SET kind = 'long_text', options = '[]', at_most = NULL"
        " WHERE kind = 'accompanying'"
    )
