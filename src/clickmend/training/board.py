"""TensorBoard: the numbers of every step, and now and then what the network sees and says."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from clickmend.core.errors import NotAvailableError
from clickmend.training.loop import Report


class Board:
    """Writes TensorBoard events; a context manager.

    Args:
        folder: Where the events go.
        picture_every: Steps between pictures.
        views: Views in a picture.

    Raises:
        NotAvailableError: TensorBoard is not installed.
    """

    def __init__(self, folder: Path, *, picture_every: int = 500, views: int = 6) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            raise NotAvailableError(
                "TensorBoard is not installed. Training needs the extra 'train': "
                "pip install 'clickmend[train]'."
            ) from None
        self._writer = SummaryWriter(str(folder))
        self._picture_every = picture_every
        self._views = views

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()

    def record(self, report: Report) -> None:
        """Write the numbers, and the picture when its time has come."""
        for name, number in report.numbers.items():
            self._writer.add_scalar(name, number, report.step)
        if report.step % self._picture_every == 0:
            self._writer.add_image(
                "photo, answer, truth",
                report.picture(self._views),
                report.step,
                dataformats="HWC",
            )
