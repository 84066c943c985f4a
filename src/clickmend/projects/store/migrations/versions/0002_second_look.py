"""Who has finished an image, so that somebody else takes the second look."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("image", sa.Column("done_by", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("image", "done_by")
