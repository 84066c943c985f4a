"""The TensorBoard logger: the numbers of every step, and now and then what the network answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from clickmend.core.errors import NotAvailableError
from clickmend.training.loop import Report

NOT_INSTALLED = (
    "{} is not installed. Training needs the extra 'train': pip install 'clickmend[train]'."
)


@contextmanager
def tensorboard(
    folder: Path, *, picture_every: int = 500, views: int = 6
) -> Iterator[Callable[[Report], None]]:
    """Write TensorBoard events.

    Args:
        folder: Where the events go.
        picture_every: Steps between pictures.
        views: Views in a picture.

    Yields:
        The function that records a report.

    Raises:
        NotAvailableError: TensorBoard is not installed.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise NotAvailableError(NOT_INSTALLED.format("TensorBoard")) from None

    with SummaryWriter(str(folder)) as writer:

        def record(report: Report) -> None:
            for name, number in report.numbers.items():
                writer.add_scalar(name, number, report.step)
            if report.step % picture_every == 0:
                shown = report.picture(views)
                writer.add_image("photo, answer, truth", shown, report.step, dataformats="HWC")

        yield record
