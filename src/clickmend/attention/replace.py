"""Online inference in networks of others, in the place of the library's attention."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from clickmend.attention.online import Online
from clickmend.core.errors import ModelError, NotAvailableError


class Replaced:
    """The attention that was replaced in a network.

    Args:
        online: What is inferred beside the values; may be changed at any time.
    """

    def __init__(self, online: Online) -> None:
        self.online = online
        self.calls = 0
        self._hooks: list[Callable[[], None]] = []

    def remove(self) -> None:
        """Give the network its own attention back."""
        for remove in self._hooks:
            remove()
        self._hooks.clear()

    def _enter(self, module: nn.Module) -> None:
        entered = _Entered(self, module)
        before = module.register_forward_pre_hook(lambda *_: entered.begin())
        check = module.register_forward_hook(lambda *_: entered.check())
        after = module.register_forward_hook(lambda *_: entered.end(), always_call=True)
        self._hooks += [before.remove, check.remove, after.remove]


def replace_attention(
    model: nn.Module, *, at: Iterable[str] = ("",), online: Online | None = None
) -> Replaced:
    """Let a network's attention infer online, in place, with its own weights.

    Every call of ``scaled_dot_product_attention`` in the network goes through
    :func:`clickmend.attention.probabilistic_attention` as soon as ``online`` asks for more than
    attention; until then the outputs are bit for bit what they were. Networks of timm call it, and
    those of transformers with ``attn_implementation="sdpa"``, their default.

    Args:
        model: The network.
        at: Names of the modules in which to replace it; all of the network when missing.
        online: What is inferred; may be changed at any time, in what is returned.

    Returns:
        The handle that holds ``online``, counts the ``calls`` and can ``remove`` the replacement.

    Raises:
        ModelError: The network has no module of that name. Later, when it runs: it is to adapt
            keys, but does not call the library's attention.
    """
    modules, names = dict(model.named_modules()), list(at)
    for name in names:
        if name not in modules:
            raise ModelError(
                f"The network has no module {name!r}. Its own are "
                f"{', '.join(repr(child) for child, _ in model.named_children())}; name one or one "
                "inside of these."
            )
    replaced = Replaced(Online() if online is None else online)
    for name in names:
        replaced._enter(modules[name])
    return replaced


class _Entered:
    """The calls within one module while it runs; each run ends what it began."""

    def __init__(self, replaced: Replaced, module: nn.Module) -> None:
        self.replaced = replaced
        # Modules of timm that by default write the weights out instead of calling the library.
        self.written = [m for m in module.modules() if getattr(m, "fused_attn", True) is False]
        self.runs: list[tuple[ExitStack, int]] = []

    def begin(self) -> None:
        """Take the library's calls from here on."""
        stack = ExitStack()
        if self.replaced.online.adapt_keys > 0:
            for module in self.written:
                module.__dict__["fused_attn"] = True
                stack.callback(module.__dict__.__setitem__, "fused_attn", False)
        stack.enter_context(_Intercept(self.replaced))
        self.runs.append((stack, self.replaced.calls))

    def check(self) -> None:
        """Refuse a run that was to adapt and had nothing to adapt."""
        if self.replaced.online.adapt_keys > 0 and self.replaced.calls == self.runs[-1][1]:
            raise ModelError(
                "The network ran without a call of scaled_dot_product_attention, so no keys were "
                'adapted. Load it with attn_implementation="sdpa" if it is of transformers, or '
                "replace its attention by ProbabilisticAttention."
            )

    def end(self) -> None:
        """Let the library have its calls again."""
        self.runs.pop()[0].close()


class _Intercept(TorchFunctionMode):
    def __init__(self, replaced: Replaced) -> None:
        super().__init__()
        self.replaced = replaced

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if func is not F.scaled_dot_product_attention:
            return func(*args, **kwargs)
        self.replaced.calls += 1
        if self.replaced.online.adapt_keys == 0:
            return func(*args, **kwargs)
        return _attend(self.replaced.online, *args, **kwargs)


def _attend(
    online: Online,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """The library's call, with what is inferred online."""
    if dropout_p > 0 or enable_gqa or query.ndim != 4:
        raise NotAvailableError(
            f"The network's attention has dropout {dropout_p:g}, grouped queries {enable_gqa} and "
            f"{query.ndim} axes. With online inference it has no dropout, no grouped queries and "
            "four axes; call eval() first or replace other modules."
        )
    alpha = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    if is_causal:
        pairs = torch.ones(query.shape[2], key.shape[2], dtype=torch.bool, device=query.device)
        attn_mask = pairs.tril()
    if attn_mask is None or attn_mask.dtype == torch.bool:
        return online.attend(query, key, value, mask=attn_mask, precision=alpha)
    magnitude = 0.5 * alpha * key.float().square().sum(-1)[:, :, None]
    return online.attend(query, key, value, prior=magnitude + attn_mask, precision=alpha)
