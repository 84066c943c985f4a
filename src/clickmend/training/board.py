"""TensorBoard: the numbers of every step, and now and then what the network sees and says."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import NotAvailableError
from clickmend.training.curriculum import Example
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
            logits = report.logits[: self._views, 0].cpu().numpy()
            rows = [
                picture(example, shown)
                for example, shown in zip(report.examples, logits, strict=False)
            ]
            self._writer.add_image(
                "photo and clicks, answer, truth",
                np.concatenate(rows),
                report.step,
                dataformats="HWC",
            )


def picture(example: Example, logits: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Photo with its clicks, the answer's probability and the truth, side by side.

    Args:
        example: A view with its feedback, ``(S, S)``.
        logits: The answer, ``(S, S)``.

    Returns:
        RGB, ``(S, 3 S, 3)``; foreground clicks green, background clicks red, what does not count
        grey.
    """
    photo = example.view.image.copy()
    for click in example.clicks:
        row, column = int(click.y), int(click.x)
        colour = (0, 220, 0) if click.is_foreground else (220, 0, 0)
        photo[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3] = colour
    answer = (255 / (1 + np.exp(-logits))).astype(np.uint8)
    truth = np.where(example.view.counted, example.view.truth * 255, 128).astype(np.uint8)
    planes = [np.repeat(plane[..., None], 3, axis=2) for plane in (answer, truth)]
    return np.concatenate([photo, *planes], axis=1)
