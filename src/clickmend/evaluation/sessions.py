"""The sessions that are measured: those of this package, set up as a setting says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clickmend.evaluation.protocol import ClickSession, Setting
from clickmend.evaluation.subjects import Start

if TYPE_CHECKING:
    from clickmend.session import Refine


@dataclass(frozen=True, slots=True)
class Sessions:
    """Begins :class:`clickmend.session.Session`; can be sent to another process.

    ``model`` is the name of the weights, or the path of their card.
    """

    task: str
    model: str
    device: str

    def __call__(self, start: Start, setting: Setting) -> ClickSession:
        """A fresh session, refined as ``setting`` says."""
        from clickmend.session import Session

        given: dict[str, Any] = {}
        if start.trimap is not None:
            given["trimap"] = start.trimap
        if start.prior is not None:
            given["prior"] = start.prior
            if self.task == "depth":
                given["depth_scale"] = 1.0  # The array is metres.
        session: ClickSession = Session(
            start.image,
            task=self.task,
            model=self.model,
            refine=self._refine(setting),
            device=self.device,
            **given,
        )
        return session

    def _refine(self, setting: Setting) -> str | Refine:
        if (setting.energy, setting.insertions, setting.learning_rate) == (None, None, None):
            return setting.refine
        from clickmend.networks import load
        from clickmend.session import Refine

        at = None
        if setting.insertions is not None:
            at = load(self.model, device=self.device).card.refinement.at[: setting.insertions]
        return Refine(
            setting.refine,
            at=at,
            learning_rate=setting.learning_rate,
            energy=setting.energy or "consistency",
            spread=bool(setting.spread),
        )
