"""Projects, images, sessions and their events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "project",
        _number("id"),
        _text("name"),
        _text("task"),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("folders", sa.JSON(), nullable=False),
        _text("priors", nullable=True),
        _text("out", nullable=True),
        _text("format", nullable=True),
        _number("changes"),
        _time("created"),
        sa.PrimaryKeyConstraint("id", name="pk_project"),
        sa.UniqueConstraint("name", name="uq_project_name"),
    )
    op.create_table(
        "image",
        _number("id"),
        _number("project_id"),
        _number("folder", nullable=True),
        _text("name"),
        _text("blob", nullable=True),
        _text("sha256", nullable=True),
        _text("prior", nullable=True),
        _number("width", nullable=True),
        _number("height", nullable=True),
        _text("status"),
        _text("comment"),
        sa.Column("seconds", sa.Double(), nullable=False),
        _number("clicks"),
        sa.Column("uncertainty", sa.Double(), nullable=True),
        _number("version"),
        _number("changed"),
        _number("written", nullable=True),
        _time("updated"),
        _text("by"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_image_project_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_image"),
        sa.UniqueConstraint("project_id", "folder", "name", name="uq_image_project_id_folder_name"),
    )
    for column in ("changed", "project_id", "status"):
        op.create_index(f"ix_image_{column}", "image", [column])
    op.create_table(
        "session",
        _text("key"),
        _number("image_id"),
        _text("task"),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("start", sa.JSON(), nullable=False),
        _number("head"),
        _time("created"),
        _time("closed", nullable=True),
        sa.ForeignKeyConstraint(
            ["image_id"], ["image.id"], name="fk_session_image_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name="pk_session"),
    )
    op.create_index("ix_session_image_id", "session", ["image_id"])
    op.create_table(
        "event",
        _text("session_key"),
        _number("number"),
        _text("kind"),
        sa.Column("body", sa.JSON(), nullable=False),
        _text("by"),
        _text("made_by"),
        _time("at"),
        sa.ForeignKeyConstraint(
            ["session_key"], ["session.key"], name="fk_event_session_key", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_key", "number", name="pk_event"),
    )
    op.create_table(
        "prediction",
        _number("id"),
        _text("session_key"),
        _number("number"),
        _text("kind"),
        _text("sha256"),
        sa.ForeignKeyConstraint(
            ["session_key"], ["session.key"], name="fk_prediction_session_key", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_prediction"),
        sa.UniqueConstraint(
            "session_key", "number", "kind", name="uq_prediction_session_key_number_kind"
        ),
    )
    op.create_index("ix_prediction_session_key", "prediction", ["session_key"])


def downgrade() -> None:
    """Go back to the empty database."""
    for table in ("prediction", "event", "session", "image", "project"):
        op.drop_table(table)
