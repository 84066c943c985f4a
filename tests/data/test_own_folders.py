from pathlib import Path

import pytest

from clickmend.data.own_folders import own_folder


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("cats=a/b", ("cats", "folder", Path("a/b"))),
        ("davis=a/b", ("davis", "davis", Path("a/b"))),
        ("cats=davis:a/b", ("cats", "davis", Path("a/b"))),
        ("davis=folder:a/b", ("davis", "folder", Path("a/b"))),
        ("cats=a:b", ("cats", "folder", Path("a:b"))),
        ("cats=a/b=c", ("cats", "folder", Path("a/b=c"))),
        ("cats", None),
    ],
)
def test_a_folder_of_ones_own_has_a_name_and_a_layout(given, found):
    assert own_folder(given, ["davis", "folder"]) == found
