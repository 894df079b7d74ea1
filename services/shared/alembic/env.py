"""What Alembic runs for every migration: as the owning role, on the connection it is given."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
