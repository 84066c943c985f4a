"""Tests of graphs: they answer as the modules do, and belong to one network."""

from datetime import date
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from numpy.typing import NDArray

from clickmend.core.errors import ModelError, NotAvailableError
from clickmend.networks import ARCHITECTURES, Card, cards, load, save, weights
from clickmend.networks.export import export_graph, has_graph, write_graph
from clickmend.networks.weights.cards import Refinement
from clickmend.networks.weights.graph import Graph, set_threads, threads
from clickmend.networks.weights.model import GraphModel, Model

SHIPPED = [name for name, card in cards().items() if card.task != "instances"]
CHANNELS = {"interactive": 4, "matting": 1}


def some_inputs(task: str, *, batch: int, height: int, width: int) -> list[NDArray[np.float32]]:
    rng = np.random.default_rng(0)
    inputs = [rng.random((batch, 3, height, width), dtype=np.float32)]
    if task in CHANNELS:
        beside = rng.random((batch, CHANNELS[task], height, width)) > 0.98
        inputs.append(beside.astype(np.float32))
    return inputs


def tiny_card(task: str, **options: object) -> Card:
    return Card(
        name="tiny",
        task=task,
        architecture=f"{task}-unet",
        options={"widths": (8, 8, 8, 8), "blocks": (1, 1, 1, 1), "attention_blocks": 1} | options,
        sha256="",
        parameters=1,
        dtype="float32",
        overview_px=64,
        view_px=64,
        margin=1.4,
        labels=("a", "b", "c") if task == "semantic" else (),
        range_m=(0.5, 8.0) if task == "depth" else None,
        refinement=Refinement(default="none", at=("decoder.1",), learning_rates={"sb": 0.1}),
        training_data=(),
        terms="any",
        stages=(),
        scores={},
        made=date(2026, 1, 1),
        commit="",
    )


def write_tiny(folder: Path, task: str = "interactive", **options: object) -> Path:
    card = tiny_card(task, **options)
    torch.manual_seed(1)
    network = ARCHITECTURES[card.architecture](**card.options)
    path = save(network, card, folder)
    write_graph(network, card, folder)
    return path


@pytest.mark.parametrize("name", SHIPPED)
def test_the_graph_of_shipped_weights_answers_as_their_module_does(name: str) -> None:
    model = load(name, device="cpu")
    assert isinstance(model, GraphModel)
    inputs = some_inputs(model.card.task, batch=1, height=96, width=160)
    with torch.no_grad():
        expected = model.network(*map(torch.from_numpy, inputs)).numpy()
    np.testing.assert_allclose(model.answer(*inputs), expected, atol=1e-4)
    if model.card.task == "interactive":
        assert model.encoding == model.network.encoding


@pytest.mark.parametrize("name", [name for name in SHIPPED if name.endswith("-l0")])
def test_the_convolutions_of_shipped_graphs_pad_their_maps_themselves(name: str) -> None:
    file = Path(weights.__file__).with_name(f"{name}.onnx")
    graph = onnx.load(file, load_external_data=False).graph
    assert {"Conv"} < {node.op_type for node in graph.node}
    assert "Pad" not in {node.op_type for node in graph.node}


@pytest.mark.parametrize("task", ["interactive", "semantic", "matting", "depth"])
def test_a_new_graph_takes_any_batch_and_size(task: str, tmp_path: Path) -> None:
    options = {"semantic": {"classes": 3}, "depth": {"range_m": (0.5, 8.0)}}.get(task, {})
    model = load(write_tiny(tmp_path, task, **options), device="cpu")
    for batch, height, width in ((1, 64, 32), (3, 96, 160)):
        inputs = some_inputs(task, batch=batch, height=height, width=width)
        with torch.no_grad():
            expected = model.network(*map(torch.from_numpy, inputs)).numpy()
        np.testing.assert_allclose(model.answer(*inputs), expected, atol=1e-4)


def write_late(folder: Path) -> Path:
    """A network with late fusion, its weights random."""
    update = {"architecture": "interactive-late-lite0-unet", "options": {}}
    card = tiny_card("interactive").model_copy(update=update)
    torch.manual_seed(1)
    network = ARCHITECTURES[card.architecture]().eval()
    path = save(network, card, folder)
    write_graph(network, card, folder)
    return path


def test_the_graph_of_a_network_with_late_fusion_encodes_and_decodes_as_its_module_does(
    tmp_path: Path,
) -> None:
    model = load(write_late(tmp_path), device="cpu")
    assert isinstance(model, GraphModel)
    assert model.encodes
    for batch, height, width in ((1, 64, 32), (2, 96, 160)):
        image, marks = some_inputs("interactive", batch=batch, height=height, width=width)
        maps = model.encode(image)
        answered = model.decode(marks, *maps)
        np.testing.assert_array_equal(model.answer(image, marks), answered)
        np.testing.assert_array_equal(model.decode(marks, *maps), answered)
        expected = Model(model.network, model.card)
        decoded = expected.decode(marks, *expected.encode(image))
        np.testing.assert_array_equal(expected.answer(image, marks), decoded)
        np.testing.assert_allclose(answered, decoded, atol=1e-4)
        for own, torchs in zip(maps, expected.encode(image), strict=True):
            np.testing.assert_allclose(own, torchs.numpy(), atol=1e-4)


def test_the_whole_graph_of_a_network_with_late_fusion_runs_alone(tmp_path: Path) -> None:
    model = load(write_late(tmp_path), device="cpu")
    assert isinstance(model, GraphModel)
    image, marks = some_inputs("interactive", batch=1, height=64, width=96)
    whole = ort.InferenceSession(model.whole(), providers=["CPUExecutionProvider"])
    answered, *_ = whole.run(["answer"], {"image": image, "beside": marks})
    np.testing.assert_allclose(answered, model.answer(image, marks), atol=1e-4)
    assert [each.shape[2] for each in model.maps(image, marks)] == [8, 16, 32]


def test_weights_of_the_same_network_share_a_graph(tmp_path: Path) -> None:
    card = tiny_card("interactive")
    networks = [ARCHITECTURES[card.architecture](**card.options) for _ in range(2)]
    first, second = (export_graph(network, card) for network in networks)
    assert first == second


def test_a_network_with_a_graph_is_made_only_when_something_asks_for_it(tmp_path: Path) -> None:
    path = write_tiny(tmp_path)
    model = load(path, device="cpu")
    model.answer(*some_inputs("interactive", batch=1, height=32, width=32))
    assert model.answers_alone
    assert model._network is None
    assert model.network is model.network
    assert not load(path, device="cpu", fold=False).answers_alone


def test_the_graph_of_another_network_is_refused(tmp_path: Path) -> None:
    path = write_tiny(tmp_path)
    other = tiny_card("interactive", radius_px=9.0)
    network = ARCHITECTURES[other.architecture](**other.options)
    write_graph(network, other, tmp_path)
    with pytest.raises(ModelError, match=r"tiny\.onnx is the graph of .*9\.0.*delete this one"):
        load(path, device="cpu")


def test_a_graph_without_the_weights_that_it_names_is_refused(tmp_path: Path) -> None:
    write_tiny(tmp_path)
    card = tiny_card("interactive")
    with pytest.raises(ModelError, match=r"does not take the weights of 'tiny'"):
        Graph(tmp_path / "tiny.onnx", card, {})


def test_weights_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    write_tiny(tmp_path)
    card = tiny_card("interactive")
    with pytest.raises(ModelError, match=r"not finite \(head\)"):
        Graph(tmp_path / "tiny.onnx", card, {"head": np.array([np.nan], np.float32)})


def test_a_weight_that_no_answer_depends_on_has_no_place_in_a_graph() -> None:
    card = tiny_card("interactive")
    network = ARCHITECTURES[card.architecture](**card.options)
    network.register_parameter("spare", torch.nn.Parameter(torch.zeros(1)))
    with pytest.raises(ModelError, match=r"no place for the weights spare"):
        export_graph(network, card)


def test_new_weights_of_a_name_do_not_keep_the_old_graph(tmp_path: Path) -> None:
    write_tiny(tmp_path)
    card = tiny_card("interactive")
    save(ARCHITECTURES[card.architecture](**card.options), card, tmp_path)
    assert not (tmp_path / "tiny.onnx").exists()


def test_the_number_of_threads_is_that_of_the_moment_of_loading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_tiny(tmp_path)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    two = load(path, device="cpu")
    assert load(path, device="cpu") is two
    set_threads(1)
    try:
        assert threads() == 1
        assert load(path, device="cpu") is not two
    finally:
        set_threads(None)
    assert threads() == 2


@pytest.mark.parametrize(("said", "count"), [("4,2", 4), (" 3 ", 3), ("", 0), ("many", 0)])
def test_threads_are_read_from_the_environment_as_openmp_reads_them(
    monkeypatch: pytest.MonkeyPatch, said: str, count: int
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", said)
    assert threads() == count


def test_a_network_whose_clicks_propagate_in_its_decoder_has_no_graph() -> None:
    update = {"options": {"corrective": True}}
    card = tiny_card("interactive").model_copy(update=update)
    network = ARCHITECTURES["interactive-unet"](**card.options)
    assert not has_graph(network)
    with pytest.raises(NotAvailableError, match=r"no graph of .*propagate.*with torch"):
        export_graph(network, card)
