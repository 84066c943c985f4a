"""Old predictions that belong to photos by their names."""

import pytest

from clickmend.core.errors import PriorError
from clickmend.projects.priors import named_prior, pair
from clickmend.projects.store import Image


@pytest.mark.parametrize(
    ("files", "names", "found"),
    [
        (["a.png", "A.png"], ["a.jpg", "A.jpg"], {"a.jpg": "a.png", "A.jpg": "A.png"}),
        (
            ["x/a.png", "y/a.png"],
            ["x/a.jpg", "y/a.jpg"],
            {"x/a.jpg": "x/a.png", "y/a.jpg": "y/a.png"},
        ),
        (["x/a.png", "y/a.png"], ["a.jpg"], {}),
        (["a.png"], ["x/a.jpg", "y/a.jpg"], {}),
        (["deep/er/a.npy"], ["a.jpg"], {"a.jpg": "deep/er/a.npy"}),
        (["a.txt", ".a.png"], ["a.jpg"], {}),
    ],
)
def test_a_prior_is_paired_only_where_its_name_is_clear(tmp_path, files, names, found):
    for file in files:
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    assert pair(tmp_path, names) == {name: tmp_path / file for name, file in found.items()}


@pytest.mark.parametrize(
    ("prior", "told"),
    [
        ("old/a.png", r"a\.jpg cannot begin from its old prediction old/a\.png\. It is 2×2"),
        ("blob:f0", "^It is 2×2"),
        (None, "^It is 2×2"),
    ],
)
def test_the_file_of_a_prior_that_cannot_be_used_is_named(prior, told):
    with pytest.raises(PriorError, match=told), named_prior(Image(name="a.jpg", prior=prior)):
        raise PriorError("It is 2×2 but the image is 4×4.")


def test_of_two_priors_named_alike_the_one_that_loses_nothing_is_taken(tmp_path):
    for name in ("a.jpg", "a.png"):
        (tmp_path / name).write_bytes(b"")
    assert pair(tmp_path, ["a.jpg"]) == {"a.jpg": tmp_path / "a.png"}
