"""What the surroundings decide, read from ``CLICKMEND_*`` variables."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of one process; each has a variable of the same name with the prefix.

    ``CLICKMEND_DATA`` is the folder that holds ``objects``, ``semantic``, ``matting`` and
    ``depth``; ``CLICKMEND_MODELS`` a folder with further weights and cards; ``CLICKMEND_HOME`` the
    folder of what is opened on the page without a project.
    """

    model_config = SettingsConfigDict(env_prefix="CLICKMEND_", extra="ignore")

    data: Path = Path("../shared/data")
    models: Path | None = None
    home: Path = Path("~/.clickmend")
    device: str = "auto"
    max_image_megapixels: float = Field(default=100.0, gt=0)
    max_upload_megabytes: float = Field(default=64.0, gt=0)


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
