"""Lists every decision note in the navigation, so that adding one is adding a file."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Append ``decisions/NNNN-title.md`` in their order, titled by their first line."""
    folder = Path(config.docs_dir) / "decisions"
    notes = [
        {note.read_text(encoding="utf-8").splitlines()[0].lstrip("# "): f"decisions/{note.name}"}
        for note in sorted(folder.glob("[0-9]*.md"))
    ]
    config.nav = [*(config.nav or []), {"Decisions": notes}]
    return config
