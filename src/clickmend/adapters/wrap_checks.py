"""What ``wrap`` refuses: what is no module, options without sense, answers of another kind."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from clickmend.core.errors import ModelError
from clickmend.core.numbers import is_index
from clickmend.networks.models.adapter import Sides
from clickmend.tasks.base import Task
from clickmend.tasks.prediction import Prediction
from clickmend.tasks.refine import Refine

STEP_PX = 32
"""The sides of a view are multiples of this."""


def check_module(module: object) -> None:
    """Refuse what is no module of Python with weights that can be read.

    Raises:
        ModelError: With the remedy.
    """
    if not isinstance(module, nn.Module):
        what = (
            f"the class {module.__name__}"
            if isinstance(module, type)
            else f"a {type(module).__name__}"
        )
        raise ModelError(
            f"cm.wrap was given {what}. Allowed is a torch.nn.Module; give an instance of one, or "
            "call your function in the forward of a small one."
        )
    if any(isinstance(part, torch.jit.ScriptModule) for part in module.modules()):
        raise ModelError(
            f"The module is a {type(module).__name__} of TorchScript, into which no refinement "
            "layers can be inserted. Give the Python module that it was made from."
        )
    for name, tensor in (*module.named_parameters(), *module.named_buffers()):
        if is_lazy(tensor):
            raise ModelError(
                f"The weight {name!r} has no shape yet. Run the lazy module once on an input of "
                "the size of a view, then wrap it."
            )
        if tensor.is_meta:
            raise ModelError(
                f"The weight {name!r} is on the device 'meta', where it has no values. Load the "
                "weights before wrapping, with load_state_dict(..., assign=True)."
            )
        if tensor.is_inference():
            raise ModelError(
                f"The weight {name!r} was created under torch.inference_mode, so gradients cannot "
                "pass through it. Create or load the module outside it; torch.no_grad is allowed."
            )


def check_options(
    *,
    view_px: int,
    sides: Sides,
    labels: Sequence[str] | None,
    refine: str,
    learning_rate: float,
    top_k: int | None,
) -> None:
    """Refuse options of ``wrap`` that have no sense whatever the module.

    Raises:
        ModelError: About the view, its sides and the labels.
        OptionError: About the refinement.
    """
    if not is_index(view_px) or view_px < STEP_PX or view_px % STEP_PX:
        near = max(STEP_PX, round(view_px / STEP_PX) * STEP_PX) if _is_number(view_px) else 512
        raise ModelError(
            f"view_px is {view_px!r}. Allowed are multiples of {STEP_PX}; give one, such as {near}."
        )
    pair = sides if isinstance(sides, tuple) else (sides, sides)
    if len(pair) != 2 or not all(is_index(side) and side > 0 for side in pair):
        raise ModelError(
            f"sides is {sides!r}. Allowed are a whole number of which both sides of the input have "
            "to be multiples, or a fixed size (H, W); give one of these."
        )
    if isinstance(sides, tuple) and view_px > min(sides):
        raise ModelError(
            f"view_px is {view_px}, but the input of the module is {sides[1]}×{sides[0]} pixels. A "
            f"view has to fit inside it; give view_px={min(sides) // STEP_PX * STEP_PX} or less."
        )
    if labels is not None and (
        isinstance(labels, str) or not all(isinstance(label, str) for label in labels)
    ):
        raise ModelError(
            f"labels is {labels!r}. Allowed are the names of the classes in the order of the "
            "channels; give a sequence of strings."
        )
    Refine(refine, learning_rate=learning_rate, top_k=top_k)


def check_output(output: Tensor, task: Task[Prediction]) -> None:
    """Refuse the output on a test image if it cannot be a prediction of the task.

    Args:
        output: ``(1, C, H, W)``, float32.
        task: The task of the model.

    Raises:
        ModelError: It has the wrong number of channels, holds NaN or infinite values, or is
            refused by the task.
    """
    channels = output.shape[1]
    if task.channels not in (None, channels):
        raise ModelError(
            f"The output of the module has {channels} channels. The task {task.name!r} needs "
            f"{'one' if task.channels == 1 else task.channels}; give output=, a function that "
            "selects the channels."
        )
    strange = int((~output.isfinite()).sum())
    if strange:
        raise ModelError(
            f"On a test image {strange} of the {output.numel()} output values of the module are "
            "not finite. Only finite values are allowed; check its weights, preprocess= and, in "
            "half precision, overflow."
        )
    task.check_output(channels=channels, low=output.min().item(), high=output.max().item())


def _is_number(given: object) -> bool:
    return isinstance(given, int | float) and math.isfinite(given)
