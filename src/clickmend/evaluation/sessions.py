"""The measured sessions: those of this package, configured by a setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clickmend.evaluation.protocol import ClickSession, Setting
from clickmend.evaluation.subjects import Start

if TYPE_CHECKING:
    from clickmend.networks import Model
    from clickmend.session import Refine

MULTIPLE = 32
"""The sides of views are multiples of this."""

WHOLE = 1e6
"""A margin so large that a session never zooms in."""

ONLINE = ("adapt_keys", "prior_precision", "propagate", "value_prior_precision")
"""The fields of a setting for the network's online inference."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """Creates :class:`clickmend.session.Session`; can be pickled.

    Args:
        task: The task of the sessions.
        models: Sources of the models by name of the weights; the first is the default.
        device: Where the networks run.
        whole: Whether the view is the whole photo at its original size.
    """

    task: str
    models: Mapping[str, str]
    device: str
    whole: bool = False

    def __call__(self, start: Start, setting: Setting) -> ClickSession:
        """A new session with the refinement and online inference of ``setting``."""
        from clickmend.session import Session

        given: dict[str, Any] = {"trimap": start.trimap, "prior": start.prior}
        if start.prior is not None and self.task == "depth":
            given["depth_scale"] = 1.0  # The array is metres.
        if start.classes is not None and start.classes != self._labels():
            given["classes"] = start.classes
        session: ClickSession = Session(
            start.image,
            task=self.task,
            model=self._model(start, setting),
            refine=self._refine(setting),
            device=self.device,
            **{name: value for name, value in given.items() if value is not None},
        )
        return session

    def network(self, weights: str) -> Model:
        """The network of some weights."""
        from clickmend.networks import load

        return load(self.models[weights], device=self.device)

    def _labels(self) -> tuple[str, ...]:
        """The classes of the networks, the same for all."""
        return self.network(next(iter(self.models))).card.labels

    def _model(self, start: Start, setting: Setting) -> str | Model:
        """The model of a setting, with its online inference."""
        if setting.weights is None:
            return next(iter(self.models.values()))
        from clickmend.networks import Model, inferring

        model = self.network(setting.weights)
        online = {name: value for name, value in setting.facts().items() if name in ONLINE}
        model = inferring(model, model.card.online.model_copy(update=online))
        if not self.whole:
            return model
        longer = max(MULTIPLE, MULTIPLE * round(max(start.image.shape[:2]) / MULTIPLE))
        sizes = {"overview_px": longer, "view_px": longer, "margin": WHOLE}
        return Model(model.network, model.card.model_copy(update=sizes))

    def _refine(self, setting: Setting) -> str | Refine:
        if (setting.energy, setting.insertions, setting.learning_rate) == (None, None, None):
            return setting.refine
        from clickmend.session import Refine

        at = None
        if setting.insertions is not None:
            card = self.network(next(iter(self.models))).card
            at = card.refinement.at[: setting.insertions]
        return Refine(
            setting.refine,
            at=at,
            learning_rate=setting.learning_rate,
            energy=setting.energy or "consistency",
            spread=bool(setting.spread),
        )
