"""Tests of the light decoder by which marks enter the maps of a photo."""

import torch
from torch import Tensor

from clickmend.networks.decoders.marked import MarkedDecoder

CHANNELS, WIDTHS = (6, 7, 8, 9, 10), (8, 8, 8, 8, 8)


def decoder() -> MarkedDecoder:
    torch.manual_seed(0)
    return MarkedDecoder(CHANNELS, widths=WIDTHS, marks=4, attention_blocks=1).eval()


def maps(height: int = 64, width: int = 96) -> list[Tensor]:
    levels = enumerate(CHANNELS, 1)
    return [torch.rand(1, each, height >> level, width >> level) for level, each in levels]


@torch.no_grad()
def test_its_finest_map_has_half_the_resolution_of_the_marks() -> None:
    own = decoder()
    assert own(torch.rand(1, 4, 64, 96), *own.prepared(maps())).shape == (1, 8, 32, 48)


@torch.no_grad()
def test_every_mark_channel_reaches_the_whole_map() -> None:
    own = decoder()
    prepared, none = own.prepared(maps()), torch.zeros(1, 4, 64, 96)
    plain = own(none, *prepared)
    for channel in range(4):
        marks = none.clone()
        marks[:, channel, :8, :8] = 1
        assert (own(marks, *prepared) != plain).any(dim=1).float().mean() > 0.9


@torch.no_grad()
def test_every_map_of_the_photo_and_the_embedding_reach_the_answer() -> None:
    own = decoder()
    marks = (torch.rand(1, 4, 64, 96) > 0.9).float()
    prepared = own.prepared(maps())
    plain = own(marks, *prepared)
    for place, one in enumerate(prepared):
        others = [*prepared[:place], one + torch.rand_like(one), *prepared[place + 1 :]]
        assert not torch.equal(own(marks, *others), plain)
