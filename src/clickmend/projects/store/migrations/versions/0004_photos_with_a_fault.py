"""Why the photo of an image cannot be read, so that it is seen and decided upon."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("image", sa.Column("fault", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("image", "fault")
