"""What images are in order by, so that 2 comes before 10 on every database."""

import sqlalchemy as sa
from alembic import op

from clickmend.core.natural import natural_key

revision = "0003"
down_revision = "0002"

BATCH = 10_000
"""So many images are given their keys at once."""


def upgrade() -> None:
    """Go to this revision; another rule for the keys needs another one, which does this again."""
    kind = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    column = sa.Column("name_key", kind, nullable=False, server_default="")
    op.add_column("image", column)
    image = sa.table("image", sa.column("id"), sa.column("name"), sa.column("name_key"))
    connection, last = op.get_bind(), 0
    wanted = sa.select(image.c.id, image.c.name).order_by(image.c.id).limit(BATCH)
    keyed = (
        sa.update(image)
        .where(image.c.id == sa.bindparam("of"))
        .values(name_key=sa.bindparam("key"))
    )
    while rows := connection.execute(wanted.where(image.c.id > last)).all():
        connection.execute(keyed, [{"of": at, "key": natural_key(name)} for at, name in rows])
        last = rows[-1][0]


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("image", "name_key")
