"""What fsspec is asked: which protocols there are, what they need, and the store of an address.

fsspec is imported when the first address is named, not before.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from clickmend.core.errors import NotAvailableError, OptionError
from clickmend.core.extras import need

ONE_PUT = frozenset(("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oss", "oci", "hf", "memory"))
"""Protocols whose stores take an object whole or not at all. Others have names to be changed."""

PACKAGES = {
    **dict.fromkeys(("s3", "s3a"), "s3fs"),
    **dict.fromkeys(("gs", "gcs"), "gcsfs"),
    **dict.fromkeys(("az", "abfs", "abfss"), "adlfs"),
    **dict.fromkeys(("http", "https"), "aiohttp"),
    **dict.fromkeys(("sftp", "ssh"), "paramiko"),
    "oss": "ossfs",
    "oci": "ocifs",
    "hf": "huggingface_hub",
    "hdfs": "pyarrow",
    "smb": "smbprotocol",
    "webdav": "webdav4",
}
"""What fsspec needs besides itself, by protocol."""


@lru_cache(maxsize=32)
def check_protocol(protocol: str) -> None:
    """Refuse a protocol that fsspec does not know, or whose package is missing.

    Raises:
        OptionError: There is no such protocol.
        NotAvailableError: What it needs is not installed.
    """
    need("fsspec", by=f"An address of {protocol}://", without="Paths of this machine need nothing.")
    import fsspec

    try:
        fsspec.get_filesystem_class(protocol)
    except ValueError:
        some = ", ".join(f"{name}://" for name in ("file", "s3", "gs", "az", "sftp"))
        raise OptionError(
            f"There is no protocol {protocol}://. Allowed is what fsspec knows, such as {some}; "
            "correct the address."
        ) from None
    except ImportError as error:
        package = PACKAGES.get(protocol)
        remedy = (
            f'pip install "clickmend[remote]" {package} brings it.'
            if package
            else f"{' '.join(str(error).split())}."
        )
        raise NotAvailableError(
            f"An address of {protocol}:// needs {package or 'a package'}, which is not installed. "
            f"{remedy}"
        ) from None


def store_of(text: str) -> Any:
    """The file system of an address; fsspec keeps one for each store."""
    import fsspec

    return fsspec.core.url_to_fs(text)[0]


def path_in(fs: Any, text: str) -> str:
    """What a store calls the file or folder at an address."""
    return str(fs._strip_protocol(text))
