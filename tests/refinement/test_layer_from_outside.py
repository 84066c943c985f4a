"""A layer that is registered by someone else's code is one like any other."""

import json
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

import clickmend as cm
from clickmend.cli.main import main
from clickmend.cli.options import complete_refinement
from clickmend.core import registry
from clickmend.core.errors import OptionError
from clickmend.evaluation.benches.gbrs import grid, refinements
from clickmend.projects.opening import Options
from clickmend.refinement import LAYERS, EquationLayer, TopK, Variable, insert
from clickmend.server.catalogue import traits_of
from clickmend.server.networks import Networks


class Gain(EquationLayer):
    """m + m·g, one gain for each channel; it has no ``b``."""

    learning_rate = 0.02
    variables: ClassVar = {"g": Variable("C", start=0.0, least=-0.5, most=0.5)}

    @staticmethod
    def equation(m: Tensor, g: Tensor) -> Tensor:
        return m + m * g[:, None, None]


@pytest.fixture
def my_layer():
    LAYERS.register("my-layer")(Gain)
    yield "my-layer"
    del LAYERS._entries["my-layer"]


def photo(rng):
    return rng.integers(0, 255, (64, 96, 3), dtype=np.uint8)


@pytest.mark.parametrize("of", [lambda: "my-layer", lambda: TopK("my-layer", k=2)])
def test_it_keeps_the_contract_without_a_variable_b(my_layer, of):
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1)).eval()
    m = torch.rand(1, 3, 5, 6)
    with torch.no_grad():
        before = network(m)
    with insert(network, {"0": of()}) as insertion:
        assert torch.equal(network(m), before)
        state = insertion.state()
        (gain,) = insertion.variables()
        with torch.no_grad():
            gain.fill_(3.0)
        insertion.project()
        assert gain.max() == 0.5
        assert not torch.equal(network(m), before)
        insertion.resample((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 2.0, 2.0))
        insertion.load_state(state)
        assert torch.equal(network(m), before)


def test_a_session_refines_with_it(my_layer, rng):
    session = cm.Session(photo(rng), refine=my_layer)
    session.click(40, 30)
    assert session.report.energies
    session.undo()
    assert cm.Refine(my_layer).step_size({}) == 0.02


def test_the_command_line_refines_with_it(my_layer, rng, tmp_path, capsys):
    Image.fromarray(photo(rng)).save(tmp_path / "a.png")
    words = [tmp_path / "a.png", "--task", "interactive", "--at", "40,30", "--json"]
    with pytest.raises(SystemExit) as end:
        main(["refine", *map(str, words), "--refine", my_layer])
    assert end.value.code == 0
    assert json.loads(capsys.readouterr().out)["clicks"]
    assert complete_refinement("my") == [my_layer]


def test_the_server_offers_it_and_the_benches_compare_it(my_layer):
    assert my_layer in traits_of(Options("depth"), Networks()).layers
    assert my_layer in refinements("depth")
    (row,) = grid([my_layer], energies=["clicks"], insertions=[1], radii=("annotator",))
    assert row.refine == my_layer


def test_its_name_is_refused_where_it_is_not_registered():
    with pytest.raises(OptionError, match=r"no refinement 'my-layer'. Available: none, region, sb"):
        cm.Refine("my-layer")


def test_another_distribution_registers_by_an_entry_point(monkeypatch):
    made = registry.Registry("refinement layer", entry_points="some.group")
    point = SimpleNamespace(name="far", value="far:Far", load=lambda: made.register("far")(Gain))
    monkeypatch.setattr(
        registry.metadata, "entry_points", lambda group: {"some.group": [point]}[group]
    )
    assert list(made) == ["far"]
    assert made["far"] is Gain
    assert "far" in made
    assert len(made) == 1


def test_an_entry_point_that_does_not_import_is_refused_each_time(monkeypatch):
    made = registry.Registry("refinement layer", entry_points="some.group")
    point = SimpleNamespace(name="far", value="far:Far", load=lambda: 1 // 0)
    monkeypatch.setattr(registry.metadata, "entry_points", lambda group: [point])
    for _ in range(2):
        with pytest.raises(OptionError, match="'far' of another distribution cannot be loaded"):
            list(made)
