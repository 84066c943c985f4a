"""Networks by one string: ours by name or folder, those of other libraries by prefix or folder."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from clickmend.core.errors import ModelError, OptionError
from clickmend.networks import Model, cards, choose_device, load
from clickmend.networks.batching import batch, batcher
from clickmend.tasks.registry import default_task, task_named

if TYPE_CHECKING:
    from clickmend.adapters.libraries import Adapter
    from clickmend.networks.models.adapter import Preprocess

_log = logging.getLogger("clickmend")


def from_pretrained(
    source: str | Path,
    *,
    labels: Sequence[str] | None = None,
    at: Sequence[str] | None = None,
    preprocess: Preprocess | None = None,
    view_px: int | None = None,
    refine: str | None = None,
    device: str | None = None,
) -> Model:
    """A network that sessions can use at once, of clickmend or of another library.

    Task, classes, normalisation, the sizes it takes and what its answer means are read from the
    network's own configuration. The options but ``device`` change what was read from another
    library's network; for ours they are refused, since its card says all of it.

    Args:
        source: ``hf:NAME`` (transformers), ``smp:NAME`` (segmentation_models.pytorch) or
            ``torchvision:NAME`` as these libraries fetch or keep it, ``torchvision:NAME@FILE``
            with a state dict; a folder that ``save_pretrained`` of the first two wrote; a name
            that ``clickmend models`` lists, the path of a card, or a folder with one.
        labels: See ``wrap``.
        at: See ``wrap``.
        preprocess: See ``wrap``.
        view_px: See ``wrap``.
        refine: See ``wrap``; "bmsb" when left out.
        device: "cpu", "cuda", …; chosen when left out.

    Returns:
        A model for ``Session(model=…)``.

    Raises:
        ModelError: It is nowhere, cannot be read, lacks weights or predicts no map.
        NotAvailableError: Its library is not installed; the error has the command.
        OptionError: The device is not there, or an option is not of this network.

    Example:
        >>> model = cm.from_pretrained("depth-l0")  # or "hf:NAME", "smp:NAME", a folder, a card
        >>> cm.Session(photo, model=model).task
        'depth'
    """
    found = _adapter(source)
    if found is None:
        _check_unchanged(
            labels=labels, at=at, preprocess=preprocess, view_px=view_px, refine=refine
        )
        path = Path(source)
        return load(_card_in(path) if path.is_dir() else source, device=device)
    from clickmend.adapters.wrapping import wrap

    adapter, name = found
    foreign = adapter.read(name)
    module = foreign.module.to(choose_device(device))
    model = wrap(
        module,
        task=foreign.task,
        at=foreign.at if at is None else at,
        labels=foreign.labels if labels is None else labels,
        preprocess=preprocess or foreign.preprocess,
        output=foreign.output,
        sides=foreign.sides,
        view_px=view_px or foreign.view_px,
        refine=refine or "bmsb",
    )
    if foreign.card.get("relative"):
        _log.warning(
            "%s predicts relative depth: the nearest pixel is called 1 m until a click says "
            "metres, two or more settle scale and shift.",
            source,
        )
    card = model.card.model_copy(update=dict(foreign.card))
    return Model(model.network, card, batcher=batcher(fixed=True))


def model_of(given: str | Path | Model, *, device: str | None = None) -> Model:
    """A model that is given as it is or by what ``from_pretrained`` takes, read once.

    Raises:
        ModelError: As for ``from_pretrained``.
        NotAvailableError: Likewise.
        OptionError: Likewise.
    """
    if isinstance(given, Model):
        return given
    if _adapter(given) is None:  # ``load`` remembers ours
        return from_pretrained(given, device=device)
    return _read(str(given), str(choose_device(device)), batch(), _written(str(given)))


def model_for(
    task: str | None,
    model: str | Path | Model | None,
    *,
    prior: bool,
    device: str | None = None,
) -> Model:
    """The model that is given, or the task's shipped weights.

    Args:
        task: The task that is asked for; the model's when left out.
        model: As for ``model_of``.
        prior: Whether there is a prediction to mend, for which the weights may be others.
        device: As for ``model_of``.

    Raises:
        ModelError: As for ``from_pretrained``.
        NotAvailableError: Likewise, or there is no such task.
        OptionError: Likewise, or the model is of another task.
    """
    kind = default_task() if task is None else task_named(task)
    loaded = model_of(model or kind.weights_for(prior=prior), device=device)
    if task is not None and model is not None and loaded.card.task != task:
        raise OptionError(
            f"The model {loaded.card.name!r} is for the task {loaded.card.task!r}, but the task "
            f"{task!r} was requested. Leave task= out, or choose a model for that task."
        )
    return loaded


@lru_cache(maxsize=2)
def _read(
    source: str, device: str, _batch: int, _written: tuple[tuple[str, int, int], ...]
) -> Model:
    return from_pretrained(source, device=device)


def _written(source: str) -> tuple[tuple[str, int, int], ...]:
    """When the files of a source were written and how large they are; empty where it has none."""
    place = Path(source if Path(source).exists() else source.partition(":")[2].rpartition("@")[2])
    files = sorted(place.iterdir()) if place.is_dir() else [place]
    times = [(file.name, file.stat()) for file in files if file.is_file()]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in times)


def _adapter(source: str | Path) -> tuple[Adapter, str] | None:
    """The adapter that reads a source, and what it calls it; ``None`` for networks of ours."""
    if not isinstance(source, str | Path):
        raise ModelError(
            f"A network cannot be loaded from a {type(source).__name__}. Allowed are a name, a "
            "path and a model made by cm.wrap or cm.from_pretrained; pass a torch module through "
            "cm.wrap(module, task=...)."
        )
    text, path = str(source), Path(source)
    prefix, colon, name = text.partition(":")
    ours = text in cards() or path.suffix == ".json"
    if path.is_file() and not ours:
        raise ModelError(
            f"{path} does not say of which network its weights are. Allowed is the path of a card "
            "(.json), or the folder that holds the network's configuration too. `clickmend models "
            "import` makes a card of weights that were published; a module that you have loaded "
            "them into goes to cm.wrap, torchvision's are torchvision:NAME@FILE."
        )
    if not colon and (ours or not path.is_dir() or _cards_in(path)):
        return None
    from clickmend.adapters.libraries import ADAPTERS

    if colon and prefix in ADAPTERS:
        return ADAPTERS[prefix], name
    if ours:
        return None
    if path.is_dir():
        if _cards_in(path):
            return None
        for adapter in (ADAPTERS[key] for key in ADAPTERS):
            if adapter.takes(path):
                return adapter, text
        raise ModelError(
            f"{path} does not contain a known network. Allowed is a folder with a card (NAME.json "
            "and NAME.safetensors), or with the config.json that save_pretrained of transformers "
            "or segmentation_models.pytorch writes."
        )
    if colon:
        raise ModelError(
            f"There is no library of networks {prefix!r}. Available: "
            f"{', '.join(f'{key}:' for key in ADAPTERS)}; for example "
            f"{ADAPTERS[next(iter(ADAPTERS))].example}."
        )
    return None


def _check_unchanged(**given: object) -> None:
    """Refuse options that are about other libraries' networks.

    Raises:
        OptionError: One is given.
    """
    for name, value in given.items():
        if value is not None:
            raise OptionError(
                f"{name} cannot be set for a network of clickmend, because its card defines it. "
                f"Leave {name} out; to refine elsewhere, give refine=cm.Refine(..., at=...) to the "
                "session."
            )


def _cards_in(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("*.json") if p.with_suffix(".safetensors").is_file())


def _card_in(folder: Path) -> Path:
    found = _cards_in(folder)
    if len(found) > 1:
        raise ModelError(
            f"{folder} contains {len(found)} networks: {', '.join(p.name for p in found)}. Give "
            "the path of one of these cards."
        )
    return found[0]
