"""Tests of training by several processes."""

import gc
import json
import os
import socket
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from clickmend.core.errors import OptionError
from clickmend.training import Batch, distributed
from clickmend.training.distributed import Place, agreed, joined, place, share_of

SCRIPT = Path(__file__).with_name("still_training.py")


def batch(views: list[str]) -> Batch[str]:
    return Batch(views, 0, 0, np.random.default_rng(0))


def test_the_shares_of_a_batch_are_equal_and_make_it_whole() -> None:
    whole = batch(list("abcdef"))
    shares = [share_of(whole, Place(rank, 3)) for rank in range(3)]
    assert [share.views for share in shares] == [["a", "b"], ["c", "d"], ["e", "f"]]
    assert {share.step for share in shares} == {0}
    assert share_of(whole, Place()).views == whole.views


def test_views_that_cannot_be_shared_evenly_are_refused() -> None:
    with pytest.raises(OptionError, match=r"has 3 views, and 2 processes .* divides the batch"):
        share_of(batch(list("abc")), Place(0, 2))


def test_a_process_that_was_not_started_with_others_is_alone_and_leads() -> None:
    with joined(torch.device("cpu")) as device:
        assert device == torch.device("cpu")
        assert place() == Place(0, 1)
        assert place().leads
        assert agreed(torch.tensor(2.0), stop=True) == (2.0, True)
    assert not Place(1, 2).leads


def test_what_shares_the_gradients_is_gone_with_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reducer that outlives the group of processes ends one of them by SIGABRT at times."""

    class Shared(nn.Module):
        def __init__(self, module: nn.Module, **_: bool) -> None:
            super().__init__()
            self.module = module
            made.append(weakref.ref(self))

    made: list[weakref.ref[nn.Module]] = []
    monkeypatch.setattr(distributed, "DistributedDataParallel", Shared)
    monkeypatch.setattr(distributed, "place", lambda: Place(0, 2))
    gc.disable()
    try:
        step = distributed.shared_step(nn.Linear(1, 1), trainer=None)
        assert made[0]() is not None
        del step
        assert made[0]() is None
    finally:
        gc.enable()


def torchrun(*, processes: int, machines: int) -> list[list[object]]:
    """What is called on each machine, the script and its arguments left out."""
    words = [sys.executable, "-m", "torch.distributed.run", f"--nproc-per-node={processes}"]
    if machines == 1:
        return [[*words, "--standalone"]]
    rendezvous = ["--rdzv-backend=c10d", f"--rdzv-endpoint=127.0.0.1:{free_port()}"]
    return [[*words, f"--nnodes={machines}", *rendezvous]] * machines


def accelerate(python: Path, *, machines: int) -> list[list[object]]:
    """Likewise with a process for each machine; on a machine without accelerators as well."""
    first = ["--main_process_ip=127.0.0.1", f"--main_process_port={free_port()}"]
    words = [python, "-m", "accelerate.commands.launch", "--multi_gpu", *first]
    words += [f"--num_machines={machines}", f"--num_processes={machines}"]
    return [[*words, f"--machine_rank={rank}"] for rank in range(machines)]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def trained(
    folder: Path, data: Path, *, steps: int, launched: list[list[object]] | None = None
) -> None:
    """Train, launched on each machine as it is said."""
    started = [
        subprocess.Popen(
            [*map(str, [*launch, SCRIPT, folder, steps])],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"CLICKMEND_DATA": str(data), "OMP_NUM_THREADS": "1"},
        )
        for launch in launched or [[sys.executable]]
    ]
    for one in started:
        told, _ = one.communicate()
        assert one.returncode == 0, told


def losses(folder: Path) -> list[tuple[int, float]]:
    return [json.loads(line) for line in (folder / "losses.jsonl").read_text().splitlines()]


@pytest.mark.slow
def test_processes_of_one_machine_or_two_train_as_one_does_and_the_first_alone_writes(
    made_data: Path, tmp_path: Path
) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    trained(alone, made_data, steps=4)
    trained(together, made_data, steps=2, launched=torchrun(processes=1, machines=2))
    # Continued from the checkpoint.
    trained(together, made_data, steps=4, launched=torchrun(processes=2, machines=1))
    steps, expected = zip(*losses(alone), strict=True)
    assert steps == (1, 2, 3, 4)
    found = losses(together)
    assert [step for step, _ in found] == [1, 2, 3, 4]
    assert [loss for _, loss in found] == pytest.approx(expected, rel=1e-5)
    one, two = (
        torch.load(folder / "checkpoint.pt", weights_only=True) for folder in (alone, together)
    )
    assert one["step"] == two["step"] == 4
    for name, weight in one["network"].items():
        torch.testing.assert_close(two["network"][name], weight, rtol=1e-4, atol=1e-5)
    weights = {f"together.{suffix}" for suffix in ("json", "onnx", "safetensors")}
    names = {"checkpoint.pt", "losses.jsonl", *weights}
    assert {path.name for path in together.iterdir()} == names


@pytest.mark.slow
def test_accelerate_launches_what_torchrun_does(
    made_data: Path, tmp_path: Path, python_of: Callable[[str], Path]
) -> None:
    python = python_of("accelerate")
    trained(tmp_path / "one", made_data, steps=2, launched=torchrun(processes=2, machines=1))
    trained(tmp_path / "two", made_data, steps=2, launched=accelerate(python, machines=2))
    assert losses(tmp_path / "one") == losses(tmp_path / "two")
