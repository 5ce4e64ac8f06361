"""What Alembic runs: the migrations, on the connection that the database hands over."""

from __future__ import annotations

from alembic import context

from web.database import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
