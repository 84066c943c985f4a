"""Wraps a torch module as a model for sessions."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import torch
from torch import Tensor, nn

from clickmend.adapters.wrap_checks import STEP_PX, check_module, check_options, check_output
from clickmend.core.errors import ModelError
from clickmend.feedback.crop import whole_image
from clickmend.feedback.marks import FOREGROUND, Click
from clickmend.networks import Card, InteractiveNetwork, Model, parameter_count
from clickmend.networks.devices import device_of
from clickmend.networks.models.adapter import Adapted, Output, Preprocess, Sides, normalised
from clickmend.networks.weight_sharing import frozen_copy, is_compiled, uncompiled
from clickmend.networks.weights.cards import Refinement
from clickmend.refinement import inner_layers, insert, propose
from clickmend.tasks.base import Task
from clickmend.tasks.prediction import Prediction
from clickmend.tasks.registry import task_named

_log = logging.getLogger("clickmend")

PHOTO_CHANNELS = 3


def wrap(
    module: nn.Module,
    *,
    task: str,
    at: str | Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    preprocess: Preprocess | None = None,
    output: Output | None = None,
    sides: Sides = 1,
    view_px: int = 512,
    refine: str = "bmsb",
    learning_rate: float = 0.01,
    top_k: int | None = None,
) -> Model:
    """Make a model for sessions from a torch module, which is left unchanged.

    Args:
        module: Any dense prediction network. Sessions run it in evaluation mode with frozen
            weights, in a copy that shares them, so that it may go on training.
        task: Name of a registered task. For "interactive", whose network takes the marks as
            input, the module has to be an ``InteractiveNetwork``.
        at: Name or names, as in ``named_modules()``, of the modules behind which refinement
            layers are inserted. By default the best place that ``clickmend.refinement.propose``
            finds, which is logged.
        labels: Names of the classes in the order of the channels; those of the module's
            ``config.id2label`` when left out, else their indices.
        preprocess: Function from the view, RGB ``(1, 3, H, W)`` in [0, 1] (and further inputs of
            the task), to the input of the module. By default normalisation by the mean and
            standard deviation of a timm module, and none for others.
        output: Key, index or function that selects the prediction in the module's output; needed
            if that is neither a tensor nor a mapping with one entry or a usual key.
        sides: Sizes that the module accepts, if not all: a number of which both sides of its
            input have to be multiples, or exactly (H, W). Views are padded to that with zeros
            after ``preprocess``, and the output is cropped.
        view_px: Longer side of the view; a multiple of 32.
        refine: The default refinement layer.
        learning_rate: Its step size.
        top_k: Number of channels that are refined, those with the highest mean activation.

    Returns:
        A model for ``Session(model=…)``.

    Raises:
        ModelError: A name in ``at`` does not exist, ``module`` is not a module, it cannot be run
            on square, wide or high views, its output is not a dense prediction for the task, or
            the labels do not match its channels.
        OptionError: An option is not valid.
        NotAvailableError: There is no such task.

    Example:
        >>> module = torch.nn.Sequential(
        ...     torch.nn.Conv2d(3, 8, 3, padding=1), torch.nn.Conv2d(8, 2, 1)
        ... )
        >>> model = cm.wrap(module.eval(), task="semantic", at="0", labels=["sofa", "cat"])
        >>> cm.Session(photo, model=model).prediction.classes
        ('sofa', 'cat')
    """
    kind = task_named(task)
    check_module(module)
    check_options(
        view_px=view_px,
        sides=sides,
        labels=labels,
        refine=refine,
        learning_rate=learning_rate,
        top_k=top_k,
    )
    if is_compiled(module):
        _log.warning("The module is compiled; sessions run what it was compiled from.")
    if any(part.training for part in module.modules()):
        _log.warning("The module is in training mode; sessions run it in evaluation mode.")
    network = _network(module, kind, preprocess, output, sides)
    inputs = _probe(network, kind, view_px, view_px)
    versions = [tensor._version for tensor in inputs]
    answer = _run(network, inputs)
    if [tensor._version for tensor in inputs] != versions:  # sessions go on using them
        network = _network(module, kind, preprocess or _copied, output, sides)
    if isinstance(sides, int):  # padded views are all alike
        for size in {(STEP_PX, view_px), (view_px, STEP_PX)}:  # the slenderest there are
            _run(network, _probe(network, kind, *size))
    check_output(answer, kind)
    classes = _labels(module, labels, answer) if kind.channels is None else ()
    if at is None:
        at = (_best_place(network, inputs),)
    at = [name.replace("_orig_mod.", "") for name in ((at,) if isinstance(at, str) else at)]
    named = network.module if isinstance(network, Adapted) else network
    with insert(named, dict.fromkeys(at, "sb")):
        _check_gradient(network, inputs, at)
    of_task: dict[str, Any] = kind.card_fields(view_px=view_px, labels=classes)
    card = Card(
        name=type(module).__name__,
        task=task,
        architecture=type(module).__name__,
        sha256="",
        parameters=parameter_count(module),
        dtype="float32",
        view_px=view_px,
        refinement=Refinement(
            default=refine,
            at=tuple(at),
            learning_rates=dict.fromkeys(inner_layers(), learning_rate),
            top_k=top_k,
        ),
        training_data=(),
        terms="those of the module's owner",
        stages=(),
        scores={},
        made=datetime.now(UTC).date(),
        commit="",
        **of_task,
    )
    return Model(network, card)


def _network(
    module: nn.Module,
    task: Task[Prediction],
    preprocess: Preprocess | None,
    output: Output | None,
    sides: Sides,
) -> nn.Module:
    try:
        copy = uncompiled(frozen_copy(module))
    except Exception as error:  # whatever stands in its attributes
        raise ModelError(
            f"The module cannot be copied ({type(error).__name__}: {error}), and sessions run a "
            "copy. Allowed in its attributes is what copy.deepcopy takes; keep locks, files and "
            "processes elsewhere."
        ) from error
    contract = task.contract()
    if contract is not None:
        if not isinstance(copy, contract):
            raise ModelError(
                f"The module is a {type(module).__name__}. For the task {task.name!r} it has to be "
                f"a clickmend.networks.{contract.__name__}, which takes the photo and the encoded "
                "marks; derive a small one that calls yours."
            )
        return copy
    statistics: Any = getattr(module, "pretrained_cfg", None) or {}
    if preprocess is None and {"mean", "std"} <= set(statistics):
        preprocess = normalised(statistics["mean"], statistics["std"])
    if preprocess is None:
        preprocess = _in_its_precision(copy)
    return Adapted(copy, preprocess=preprocess, output=output, sides=sides).eval()


def _in_its_precision(module: nn.Module) -> Preprocess | None:
    """The view in the one precision of all weights, where that is not its own."""
    found = {weight.dtype for weight in module.parameters() if weight.is_floating_point()}
    if len(found) != 1 or found == {torch.float32}:
        return None
    (dtype,) = found
    return lambda *given: tuple(tensor.to(dtype) for tensor in given)


def _copied(*given: Tensor) -> tuple[Tensor, ...]:
    """What a module is given that writes into it."""
    return tuple(tensor.clone() for tensor in given)


def _probe(network: nn.Module, task: Task[Prediction], height: int, width: int) -> list[Tensor]:
    """A made picture, and what the task's networks are given beside it."""
    device = device_of(network)
    noise = torch.Generator().manual_seed(0)
    size = (1, PHOTO_CHANNELS + task.beside, height, width)
    pixels = torch.rand(size, generator=noise).to(device)
    photo, beside = pixels[:, :PHOTO_CHANNELS], pixels[:, PHOTO_CHANNELS:]
    if isinstance(network, InteractiveNetwork):
        click = Click(width / 2, height / 2, FOREGROUND)
        view = whole_image(width, height, long_side=max(width, height))
        beside = torch.from_numpy(network.encoding((click,), None, None, view)).to(device)
    return [photo, beside] if task.beside else [photo]


@torch.no_grad()
def _run(network: nn.Module, inputs: list[Tensor]) -> Tensor:
    try:
        answer: Tensor = network(*inputs)
    except ModelError:
        raise
    except Exception as error:
        shapes = " and ".join(str(tuple(tensor.shape)) for tensor in inputs)
        raise ModelError(
            f"The module cannot be run on inputs of shape {shapes}: {type(error).__name__}: "
            f"{error}. Give preprocess=, which converts a view to the input of the module; sides=, "
            "the sizes it accepts; or another view_px=."
        ) from error
    return answer


def _check_gradient(network: nn.Module, inputs: list[Tensor], at: Sequence[str]) -> None:
    """Refuse a network whose answer layers behind these parts, which are inserted, cannot move."""
    with torch.inference_mode(False), torch.enable_grad():
        answer = network(*inputs)
    if answer.grad_fn is None:
        raise ModelError(
            f"No gradient comes from the module's answer to {' and '.join(map(repr, at))}. Allowed "
            "are parts that it depends on, outside torch.no_grad and torch.inference_mode, without "
            "detach(), argmax and integer weights behind them; take these away, or name another "
            "part."
        )


def _best_place(network: nn.Module, inputs: list[Tensor]) -> str:
    places = propose(network, *inputs)
    prefix = "module." if isinstance(network, Adapted) else ""
    names = [place.name.removeprefix(prefix) for place in places]
    _log.warning(
        "at was left out: refining behind %r (%d channels, 1/%d of the view). Also possible: %s.",
        names[0],
        places[0].channels,
        places[0].stride,
        ", ".join(names[1:6]) or "nothing else",
    )
    return str(names[0])


def _labels(module: nn.Module, labels: Sequence[str] | None, answer: Tensor) -> tuple[str, ...]:
    """The names of the classes: given, the module's own, or their indices."""
    channels = answer.shape[1]
    own: Any = getattr(getattr(module, "config", None), "id2label", None)
    if labels is None and own is not None:
        by_index = {str(index): str(name) for index, name in own.items()}  # JSON has texts as keys
        if by_index.keys() == set(map(str, range(channels))):
            labels = [by_index[str(index)] for index in range(channels)]
        else:
            _log.warning(
                "config.id2label names the classes %s, and the module answers with %d channels. "
                "They are called by their indices; labels= names them.",
                *(", ".join(by_index), channels),
            )
    names = tuple(map(str, range(channels)) if labels is None else labels)
    if len(names) != channels or len(set(names)) != channels:
        raise ModelError(
            f"There are {len(names)} labels ({len(set(names))} of them different), but the output "
            f"of the module has {channels} channels. Give one name per channel, in their order."
        )
    return names
