"""Where shards are worked on, one engine a file; importing it registers it."""

from clickmend.jobs.engines.base import ENGINES, Engine

__all__ = ["ENGINES", "Engine"]
