"""Tests of the settings."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from clickmend.core.errors import OptionError
from clickmend.core.settings import settings


@pytest.fixture(autouse=True)
def _read_again() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_a_variable_of_the_surroundings_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICKMEND_DATA", "somewhere")
    monkeypatch.setenv("CLICKMEND_MAX_IMAGE_MEGAPIXELS", "12.5")
    found = settings()
    assert found.data == Path("somewhere")
    assert found.max_image_megapixels == 12.5


def test_a_limit_that_is_not_positive_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICKMEND_MAX_UPLOAD_MEGABYTES", "0")
    with pytest.raises(OptionError, match=r"CLICKMEND_MAX_UPLOAD_MEGABYTES .* greater than 0"):
        settings()


def test_what_is_not_allowed_is_told_by_its_variable_and_a_secret_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLICKMEND_TOKEN", "tok123")
    with pytest.raises(OptionError, match=r"CLICKMEND_TOKEN is not .* at least 8 .* not 6") as told:
        settings()
    assert "tok123" not in str(told.value)
