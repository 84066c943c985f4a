"""What the surroundings decide, read from ``CLICKMEND_*`` variables."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from pydantic import BaseModel, Field, SecretStr, ValidationError

from clickmend.core.errors import OptionError


class Settings(BaseModel):
    """Settings of one process; each has a variable of the same name with the prefix.

    ``CLICKMEND_DATA`` is the folder that holds ``objects``, ``semantic``, ``matting`` and
    ``depth``; ``CLICKMEND_MODELS`` a folder with further weights and cards; ``CLICKMEND_HOME`` the
    folder of what is opened on the page without a project. ``CLICKMEND_MAX_WAITING`` is how many
    requests may wait in each process of the server, and ``CLICKMEND_KEPT_MEGABYTES`` how much
    memory the sessions that it keeps may take. ``CLICKMEND_BATCH`` is how many views a network
    answers together where several threads ask it. ``CLICKMEND_TOKEN`` is what the server asks
    everybody for; ``CLICKMEND_LABEL_STUDIO_URL`` the one host that it fetches pictures from, and
    ``CLICKMEND_LABEL_STUDIO_TOKEN`` what that asks for.
    """

    data: Path = Path("../shared/data")
    models: Path | None = None
    home: Path = Path("~/.clickmend")
    device: str = "auto"
    max_image_megapixels: float = Field(default=100.0, gt=0)
    max_upload_megabytes: float = Field(default=64.0, gt=0)
    batch: int = Field(default=1, ge=1)
    max_waiting: int = Field(default=64, ge=0)
    kept_megabytes: float = Field(default=2048.0, ge=0)
    token: SecretStr | None = Field(default=None, min_length=8)
    label_studio_url: str | None = None
    label_studio_token: SecretStr | None = None


@cache
def settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        OptionError: A variable says what is not allowed; values are not told, for they may be
            secrets.
    """
    try:
        return Settings.model_validate(
            {
                name: os.environ[variable]
                for name in Settings.model_fields
                if (variable := f"CLICKMEND_{name.upper()}") in os.environ
            }
        )
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "_".join(["CLICKMEND", *(str(part).upper() for part in first["loc"])])
        raise OptionError(
            f"The variable {name} is not valid: {first['msg']}. Set it to an allowed "
            "value, or unset it."
        ) from None
