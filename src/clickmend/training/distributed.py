"""Several processes that train one network together, as ``torchrun`` starts them.

Each draws the batch of a step and answers its share of the views; the gradients are averaged. The
first process alone records, validates and writes. Batch normalisation counts the views of all
processes on CUDA; elsewhere, where the library cannot, each process counts its own, and the
running statistics are those of the first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from clickmend.core.errors import OptionError
from clickmend.training.trainer import Batch, Outcome, Trainer, V


class Place(NamedTuple):
    """Rank of this process, and the number of processes."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether it is the first, which records and writes."""
        return self.rank == 0


def place() -> Place:
    """The place of this process; alone where nothing was joined."""
    return Place(dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else Place()


@contextmanager
def joined(device: torch.device) -> Iterator[torch.device]:
    """Join the processes that ``torchrun`` started, if it did, and leave them at the end.

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


def shared_step(network: nn.Module, trainer: Trainer[Any, Any]) -> nn.Module:
    """What takes a batch and a precision, and returns the outcome of this process's share.

    After backward the gradients are those of all processes. What shares them has to be gone before
    the processes part, so nothing may hold it but the caller.

    Args:
        network: Is trained; on CUDA its batch normalisations become synchronised ones.
        trainer: Judges the answers.
    """
    if place().size == 1:
        return _Step(network, trainer)
    if next(network.parameters()).is_cuda:
        network = nn.SyncBatchNorm.convert_sync_batchnorm(network)  # type: ignore[no-untyped-call]
    # A network may leave parts out of a step.
    return DistributedDataParallel(_Step(network, trainer), find_unused_parameters=True)


class _Step(nn.Module):
    """A step as the one pass of a module, for the gradients of a pass are what is averaged."""

    def __init__(self, network: nn.Module, trainer: Trainer[Any, Any]) -> None:
        super().__init__()
        self.network, self._trainer = network, trainer

    def forward(self, batch: Batch[Any], autocast: torch.autocast) -> Outcome:
        """The outcome of a share."""
        return self._trainer.step(self.network, share_of(batch, place()), autocast=autocast)


def share_of(batch: Batch[V], here: Place) -> Batch[V]:
    """The views of a batch that are for one process.

    Raises:
        OptionError: The views cannot be shared evenly.
    """
    each, left = divmod(len(batch.views), here.size)
    if left:
        raise OptionError(
            f"A step has {len(batch.views)} views, and {here.size} processes cannot share them "
            "evenly. Start a number of processes that divides the batch of every stage."
        )
    return replace(batch, views=batch.views[here.rank * each : (here.rank + 1) * each])


def agreed(loss: Tensor, *, stop: bool) -> tuple[float, bool]:
    """The mean loss of all processes, and whether the first one wants to stop."""
    here = place()
    if here.size == 1:
        return float(loss.detach()), stop
    own = [float(loss.detach()) / here.size, float(stop and here.leads)]
    total = torch.tensor(own, device=loss.device)
    dist.all_reduce(total)
    mean, stops = total.tolist()
    return mean, stops > 0
