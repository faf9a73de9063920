"""Issuers are kept once, with a prefix of their own, and chosen by events."""

import json
from secrets import token_urlsafe

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TEXTS = ("name", "address", "bank", "vat_note")
_TYPES = {
    **dict.fromkeys(TEXTS, sa.JSON(none_as_null=True)),
    "tax_number": sa.String(),
    "revised_at": sa.DateTime(timezone=True),
    "revised_by": sa.String(),
}


def _facts() -> list[sa.ColumnClause[object]]:
    return [sa.column(name, kind) for name, kind in _TYPES.items()]


OLD = sa.table("issuers", sa.column("event_id", sa.Integer()), *_facts())
NEW = sa.table("issuers", *map(sa.column, ("id", "public_id", "prefix")), *_facts())
CHOSEN = sa.table("event_issuers", sa.column("event_id", sa.Integer()), sa.column("issuer_id", sa.Integer()))


def upgrade() -> None:
    """Events that said the same share an issuer now. Who has no prefix yet gets INV1, INV2 and so on, and numbers from
    1 with it; the office changes it before the first. What is printed keeps its number."""
    rows = op.get_bind().execute(sa.select(OLD).order_by(OLD.c.revised_at, OLD.c.event_id)).mappings().all()
    op.drop_table("issuers")
    _create_issuers()
    used = set(op.get_bind().execute(sa.text("SELECT issuer FROM invoice_series")).scalars())
    known: dict[str, int] = {}
    for row in rows:
        said = json.dumps([row[name] for name in (*TEXTS, "tax_number")], sort_keys=True)
        if said not in known:
            known[said] = _add(row, used)
        chosen = {"event_id": row["event_id"], "issuer_id": known[said]}
        op.execute(sa.insert(CHOSEN).values(chosen))


def _add(row: sa.RowMapping, used: set[str]) -> int:
    """A prefix with which documents were printed once is not given to another."""
    prefix = next(name for number in range(1, len(used) + 2) if (name := f"INV{number}") not in used)
    used.add(prefix)
    facts = {name: row[name] for name in _TYPES}
    new = sa.insert(NEW).values(public_id=token_urlsafe(12), prefix=prefix, **facts)
    return int(op.get_bind().execute(new.returning(NEW.c.id)).scalar_one())


def _create_issuers() -> None:
    op.create_table(
        "issuers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        *_columns(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuers")),
        sa.UniqueConstraint("public_id", name=op.f("uq_issuers_public_id")),
        sa.UniqueConstraint("prefix", name=op.f("uq_issuers_prefix")),
    )
    op.create_table(
        "event_issuers",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_issuers_event_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_event_issuers_issuer_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_issuers")),
    )
    op.create_index("ix_event_issuers_issuer_id", "event_issuers", ["issuer_id"])


def _columns() -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=False) for name, kind in _TYPES.items()]


def downgrade() -> None:
    """Each event has its own copy of its issuer again; whom no event chose is lost, and numbers lose their prefix: then
    two documents may be called the same on pages, though not in their printed PDFs."""
    query = sa.select(CHOSEN.c.event_id, *(NEW.c[name] for name in _TYPES))
    rows = op.get_bind().execute(query.join(NEW, NEW.c.id == CHOSEN.c.issuer_id)).mappings().all()
    op.drop_table("event_issuers")
    op.drop_table("issuers")
    op.create_table(
        "issuers",
        sa.Column("event_id", sa.Integer(), nullable=False),
        *_columns(),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_issuers_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_issuers")),
    )
    for row in rows:
        op.execute(sa.insert(OLD).values(dict(row)))
