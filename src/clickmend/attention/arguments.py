"""What the front door lets in: numbers, words and priors; ``tensors`` has the shapes."""

from __future__ import annotations

from torch import Tensor

from clickmend.core.errors import OptionError


def check_word(name: str, word: str, words: tuple[str, ...]) -> None:
    """Refuse a word that is not among those allowed.

    Raises:
        OptionError: As said.
    """
    if word not in words:
        raise OptionError(f"{name} is {word!r}. Choose {' or '.join(map(repr, words))}.")


def check_count(name: str, count: int, *, least: int) -> None:
    """Refuse too few iterations.

    Raises:
        OptionError: As said.
    """
    if count < least:
        raise OptionError(
            f"{name} is {count}. It is a number of iterations, at least {least}; give {least} for "
            "the fewest."
        )


def check_precisions(
    units: tuple[int, ...],
    *,
    precision: float | Tensor,
    value_precision: float | Tensor,
    prior_precision: float | Tensor,
    value_prior_precision: float | Tensor,
    propagate: int,
) -> None:
    """Refuse precisions that are negative, or 0 where that means nothing.

    Args:
        units: ``(B, G, M)``, what a tensor must be broadcastable to.
        precision: α > 0.
        value_precision: β > 0, or the number 0 if no values propagate.
        prior_precision: θ_ξ ≥ 0.
        value_prior_precision: θ_μ ≥ 0.
        propagate: Iterations.

    Raises:
        OptionError: As said.
    """
    _check_amount("precision", precision, units, least=0, inclusive=False)
    number = not isinstance(value_precision, Tensor)
    _check_amount("value_precision", value_precision, units, least=0, inclusive=number)
    _check_amount("prior_precision", prior_precision, units, least=0, inclusive=True)
    _check_amount("value_prior_precision", value_prior_precision, units, least=0, inclusive=True)
    if propagate and number and value_precision == 0:
        raise OptionError(
            f"propagate is {propagate} and value_precision is 0, with which no value moves. Give "
            "more than 0, or leave value_precision out for 0.1."
        )


def check_concentration(
    concentration: float | Tensor | None, pairs: tuple[int, ...], *, iterations: int
) -> None:
    """Refuse a Dirichlet prior with which π could become negative, or without effect.

    Raises:
        OptionError: θ_π is less than 1, or neither keys nor values are adapted.
    """
    if concentration is not None:
        _check_amount("adapt_prior", concentration, pairs, least=1, inclusive=True)
        _check_effect("adapt_prior", "adapt_keys or propagate", present=iterations > 0)


def check_gamma(name: str, prior: tuple[float, float] | None, **iterations: int) -> None:
    """Refuse a Gamma prior with which a precision could become 0, or without effect.

    Args:
        name: Of the option.
        prior: Its shape and its rate.
        iterations: Of what it goes with, by that option's name.

    Raises:
        OptionError: The shape is not more than 1, the rate not more than 0, or there are no
            iterations.
    """
    if prior is None:
        return
    if not (prior[0] > 1 and prior[1] > 0):
        raise OptionError(
            f"{name} is {prior}. It is the shape, more than 1, and the rate, more than 0, of a "
            "Gamma prior; with less, a precision could become 0. Give for example (2.0, 1.0)."
        )
    for reason, count in iterations.items():
        _check_effect(name, reason, present=count > 0)


def check_clamp(*, clamp: bool, fixed: Tensor | None) -> None:
    """Refuse to clamp where nothing is fixed.

    Raises:
        OptionError: As said.
    """
    if clamp:
        _check_effect("clamp", "fixed", present=fixed is not None)


def _check_amount(
    name: str, amount: float | Tensor, shape: tuple[int, ...], *, least: float, inclusive: bool
) -> None:
    if isinstance(amount, Tensor):
        lowest, fits = amount.min().item(), is_broadcastable(amount, shape)
        said = f"a tensor of the shape {tuple(amount.shape)} from {lowest:g} on"
    else:
        lowest, fits, said = amount, True, f"{amount:g}"
    if not fits or not (lowest >= least if inclusive else lowest > least):
        bound = "at least" if inclusive else "more than"
        raise OptionError(
            f"{name} is {said}. It is a number or a tensor broadcastable to {shape}, "
            f"{bound} {least:g}; give such a one or leave it out."
        )


def _check_effect(name: str, reason: str, *, present: bool) -> None:
    if not present:
        raise OptionError(
            f"{name} is given without {reason}, so it would do nothing. Ask for {reason} too, or "
            f"leave {name} out."
        )


def is_broadcastable(tensor: Tensor, shape: tuple[int, ...]) -> bool:
    """Whether it is broadcastable to the shape."""
    wanted = shape[len(shape) - min(tensor.ndim, len(shape)) :]
    return tensor.ndim <= len(shape) and all(
        size in (1, whole) for size, whole in zip(tensor.shape, wanted, strict=True)
    )
