import pytest

from clickmend.core.errors import ImageError, OptionError
from clickmend.server.interop.remote import Remote

JWT = "head.body.signature"


def remote(address, token=None):
    return Remote(address, token=token, limit_bytes=1000)


@pytest.mark.parametrize("address", ["ftp://host", "host:80", "", "http://"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(OptionError, match="is no address of a host"):
        remote(address)


@pytest.mark.parametrize(
    "place",
    [
        *("http://other/a", "https://127.0.0.1/a", "file:///etc/passwd", "http://127.0.0.1:1/a"),
        *("http://127.0.0.1@other/a", "s3://bucket/a", "http://user@127.0.0.1/a"),
    ],
)
def test_another_host_is_never_asked(place):
    with pytest.raises(ImageError, match="nothing is fetched from elsewhere"):
        remote("http://127.0.0.1").fetch(place)


def test_a_host_below_a_path_is_asked_there_and_two_slashes_name_no_other(serving_files):
    address, asked = serving_files({"/ls/data/a": b"a", "/ls/other/a": b"b"})
    assert remote(f"{address}/ls").fetch("/data/a") == b"a"
    assert remote(f"{address}/ls").fetch("//other/a") == b"b"
    assert {authorization for _, _, authorization in asked} == {None}


def test_a_token_that_brings_another_is_exchanged_first(serving_files):
    address, asked = serving_files({"/api/token/refresh/": b'{"access": "now"}', "/a": b"a"})
    assert remote(address, JWT).fetch("/a") == b"a"
    assert asked == [("POST", "/api/token/refresh/", None), ("GET", "/a", "Bearer now")]


@pytest.mark.parametrize("answer", [b"{}", b"no JSON", b"[1]"])
def test_a_token_that_brings_nothing_is_refused(serving_files, answer):
    address, _ = serving_files({"/api/token/refresh/": answer})
    with pytest.raises(ImageError, match="gave no access"):
        remote(address, JWT).fetch("/a")


def test_what_is_not_there_moved_or_too_large_is_refused(serving_files):
    address, _ = serving_files({"/moved": "http://127.0.0.1:9/a", "/large": bytes(1001)})
    with pytest.raises(ImageError, match=r"cannot be had .*404"):
        remote(address).fetch("/a")
    with pytest.raises(ImageError, match=r"cannot be had .*302"):
        remote(address).fetch("/moved")
    with pytest.raises(ImageError, match=r"larger than 0\.001 MB"):
        remote(address).fetch("/large")
