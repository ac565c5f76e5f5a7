"""Alembic's entry: runs on the connection that it is handed."""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from assistant.tables import METADATA


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """SQLModel's string type is SQLAlchemy's for every purpose of a migration."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
