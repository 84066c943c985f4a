"""Several processes that train one network together, as ``torchrun`` starts them.

Each draws the batch of a step and answers its share of the views; the gradients are averaged. The
first process alone records, validates and writes. Batch normalisation counts the views of all
processes on CUDA; elsewhere, where the library cannot, each process counts its own, and the
running statistics are those of the first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from clickmend.core.errors import OptionError
from clickmend.training.course import Batch, Course, Outcome


@dataclass(frozen=True, slots=True)
class Place:
    """Which process this is, of how many."""

    rank: int = 0
    count: int = 1

    @property
    def leads(self) -> bool:
        """Whether it is the first, which records and writes."""
        return self.rank == 0


def place() -> Place:
    """The place of this process; alone where nothing was joined."""
    if not dist.is_initialized():
        return Place()
    return Place(dist.get_rank(), dist.get_world_size())


@contextmanager
def joined(device: torch.device) -> Iterator[torch.device]:
    """Join the processes that ``torchrun`` started, if it did, and leave them at the end.

    Args:
        device: Where to train.

    Yields:
        The device of this process: of several accelerators its own.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield device
        return
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield device
    finally:
        dist.destroy_process_group()


class Steps:
    """Takes the steps of a course, by all processes together.

    Args:
        network: Is trained; on CUDA its batch normalisations become synchronised ones.
        course: Judges the answers.
    """

    def __init__(self, network: nn.Module, course: Course[Any]) -> None:
        self._place = place()
        self._step = _Step(network, course)
        self._run: nn.Module = self._step
        if self._place.count > 1:
            if next(network.parameters()).is_cuda:
                convert: Callable[[nn.Module], nn.Module] = nn.SyncBatchNorm.convert_sync_batchnorm
                convert(network)
            # A network may leave parts out of a step.
            self._run = DistributedDataParallel(self._step, find_unused_parameters=True)

    def __call__(self, batch: Any, autocast: torch.autocast) -> Outcome:
        """The outcome of this process's share; after backward the gradients are those of all.

        Raises:
            OptionError: The views cannot be shared evenly.
        """
        loss: Tensor = self._run(share_of(batch, self._place), autocast)
        assert self._step.outcome is not None
        return replace(self._step.outcome, loss=loss)


class _Step(nn.Module):
    """A course's step as the one pass of a module, which is what gradients are shared by."""

    def __init__(self, network: nn.Module, course: Course[Any]) -> None:
        super().__init__()
        self.network = network
        self.outcome: Outcome | None = None
        self._course = course

    def forward(self, batch: Any, autocast: torch.autocast) -> Tensor:
        self.outcome = self._course.step(self.network, batch, autocast=autocast)
        return self.outcome.loss


def share_of(batch: Batch, here: Place) -> Batch:
    """The views of a batch that are for one process.

    Args:
        batch: A sequence or tensor of views, or a dataclass of such and of what is for all.
        here: The process.

    Raises:
        OptionError: The views cannot be shared evenly.
    """
    shared: Batch = batch if here.count == 1 else _share(batch, here)
    return shared


def _share(part: Any, here: Place) -> Any:
    if isinstance(part, list | tuple | Tensor):
        each, left = divmod(len(part), here.count)
        if left:
            raise OptionError(
                f"A step has {len(part)} views, and {here.count} processes cannot share them "
                "evenly. Start a number of processes that divides the batch of every stage."
            )
        return part[here.rank * each : (here.rank + 1) * each]
    if is_dataclass(part) and not isinstance(part, type):
        shares = {f.name: _share(getattr(part, f.name), here) for f in fields(part)}
        return replace(part, **shares)
    return part


def agreed(loss: Tensor, *, stop: bool) -> tuple[float, bool]:
    """The mean loss of all processes, and whether the first one wants to stop."""
    here = place()
    if here.count == 1:
        return float(loss.detach()), stop
    own = [float(loss.detach()) / here.count, float(stop and here.leads)]
    said = torch.tensor(own, device=loss.device)
    dist.all_reduce(said)
    mean, stops = said.tolist()
    return mean, stops > 0
