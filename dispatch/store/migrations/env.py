"""What Alembic runs for every command: where the tables are described, and how their types are written down."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import JSON, BigInteger, Connection, Enum, ForeignKeyConstraint
from sqlalchemy.sql.elements import False_

from dispatch.store.tables import Base
from dispatch.store.types import Instant


def written(kind: str, thing: Any, _: AutogenContext) -> str | Literal[False]:
    """A type as a migration writes it: in terms of SQLAlchemy alone, so that our own types may change.

    What a column holds in rows that are there already: "no" is written in the words of each database.
    """
    if kind == "server_default" and isinstance(getattr(thing, "arg", None), False_):
        return "sa.false()"
    if kind != "type":
        return False
    match thing:
        case Instant():
            return "sa.DateTime(timezone=True)"
        case Enum():
            return f"sa.String({thing.length})"
        case JSON():
            return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
        case BigInteger():
            return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def circles_last(_: Any, __: Any, directives: list[ops.MigrationScript]) -> None:
    """Tables that refer to each other in a circle: add the marked foreign key when all are there."""
    for script in directives:
        upgrades, downgrades = script.upgrade_ops, script.downgrade_ops
        if upgrades is None or downgrades is None:
            continue
        if upgrades.is_empty():
            directives.clear()
            return
        for made in [one for one in upgrades.ops if isinstance(one, ops.CreateTableOp)]:
            for key in [one for one in made.columns if isinstance(one, ForeignKeyConstraint) and one.use_alter]:
                made.columns = [one for one in made.columns if one is not key]
                added = ops.CreateForeignKeyOp.from_constraint(key)
                added.kw.pop("use_alter", None)
                upgrades.ops.append(ops.ModifyTableOps(made.table_name, [added]))
                downgrades.ops.insert(0, ops.ModifyTableOps(made.table_name, [added.reverse()]))


def run(connection: Connection) -> None:
    """Migrate in the transaction that :mod:`dispatch.store.migrate` has begun."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=written,
        process_revision_directives=circles_last,
    )
    context.run_migrations()


run(context.config.attributes["connection"])
