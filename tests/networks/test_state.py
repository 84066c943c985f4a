"""Tests of state dicts of others."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from clickmend.core.errors import ModelError
from clickmend.networks.weights.state import digest, read_state


class Evil:
    """Runs something when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (Path("evil"),))


def test_code_in_a_pickle_is_refused_and_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"w": Evil()}, "w.pth")
    with pytest.raises(ModelError, match=r"more than tensors, and nothing in it was run"):
        read_state(Path("w.pth"))
    assert not Path("evil").exists()


def test_what_is_no_state_dict_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no file"):
        read_state(tmp_path / "none.pth")
    (tmp_path / "w.safetensors").write_bytes(b"nonsense")
    with pytest.raises(ModelError, match=r"cannot be read as a state dict"):
        read_state(tmp_path / "w.safetensors")
    torch.save([1, 2], tmp_path / "list.pth")
    with pytest.raises(ModelError, match=r"holds a list, not a state dict"):
        read_state(tmp_path / "list.pth")
    torch.save({"w": torch.tensor([float("nan")])}, tmp_path / "nan.pth")
    with pytest.raises(ModelError, match=r"not finite \(w\)"):
        read_state(tmp_path / "nan.pth")


def test_both_kinds_of_files_are_read(tmp_path: Path) -> None:
    state = {"w": torch.arange(6.0).reshape(2, 3)}
    torch.save({"model": state}, tmp_path / "w.pth")
    save_file(state, tmp_path / "w.safetensors")
    for name in ("w.pth", "w.safetensors"):
        torch.testing.assert_close(read_state(tmp_path / name), state)


def test_a_digest_tells_networks_of_other_weights_apart() -> None:
    network = torch.nn.BatchNorm2d(3)
    before = digest(network)
    assert before == digest(torch.nn.BatchNorm2d(3))
    network.num_batches_tracked.add_(1)
    assert digest(network) != before


@pytest.mark.parametrize("content", [b"hello\n", b"", b"PK", b"\x80\x02}q\x00.", bytes(range(256))])
def test_a_file_of_something_else_is_refused_in_our_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "junk.pth").write_bytes(content)
    with pytest.raises(ModelError, match=r"junk\.pth (cannot be read|holds)"):
        read_state(tmp_path / "junk.pth")
