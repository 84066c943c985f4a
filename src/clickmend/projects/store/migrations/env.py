"""How Alembic runs the revisions: on the connection that it is handed."""

from alembic import context

from clickmend.projects.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
