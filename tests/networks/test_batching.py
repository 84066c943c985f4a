"""Forwards that are asked for at the same time: each answer is that of a forward alone."""

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from clickmend.core.errors import ModelError
from clickmend.networks import cards, load
from clickmend.networks.batching import Batcher, batch, set_batch


class Told(deque):
    """The calls that wait; ``came`` counts them."""

    def __init__(self):
        super().__init__()
        self.came = threading.Semaphore(0)

    def append(self, call):
        super().append(call)
        self.came.release()


class Gated:
    """A forward that notes how many rows it is given; the first waits until the others wait.

    Args:
        others: How many calls have to wait before the first is answered.
        answer: From rows to rows.
    """

    def __init__(self, batcher, others, answer):
        self._waiting = batcher._waiting = Told()
        self._others, self._answer, self.rows = others, answer, []
        self.begun = threading.Event()

    def __call__(self, *inputs):
        self.rows.append(len(inputs[0]))
        if len(self.rows) == 1:
            self.begun.set()
            for _ in range(self._others + 1):
                assert self._waiting.came.acquire(timeout=60)
        return self._answer(*inputs)


def asked(batcher, forward, inputs):
    """What a thread for each gets, or the error of it; the first is asked for before the others."""

    def ask(*given):
        try:
            return batcher.run(forward, *given)
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # it is looked at
            return error

    with ThreadPoolExecutor(len(inputs)) as threads:
        first = threads.submit(ask, *inputs[0])
        assert forward.begun.wait(timeout=60)
        others = [threads.submit(ask, *of) for of in inputs[1:]]
        return [one.result(timeout=120) for one in (first, *others)]


def numbers(count):
    return [(np.full((1, 2), number, np.float32),) for number in range(count)]


def doubled(x):
    return [2 * x, x + 1]


@pytest.mark.parametrize(
    ("fixed", "rows"), [(False, [1, 4, 3]), (True, [4, 4, 4])], ids=["as they come", "padded"]
)
def test_calls_that_come_meanwhile_are_one_and_each_gets_its_part(fixed, rows):
    batcher = Batcher(4, fixed=fixed)
    forward = Gated(batcher, 7, doubled)
    found = asked(batcher, forward, numbers(8))
    assert forward.rows == rows
    for given, answer in zip(numbers(8), found, strict=True):
        for part, alone in zip(answer, doubled(*given), strict=True):
            np.testing.assert_array_equal(part, alone)
            assert part.base is None or part.base.shape == part.shape


def test_a_call_alone_is_computed_at_once_and_as_it_is():
    batcher = Batcher(8, fixed=False)
    given = numbers(1)[0]
    came = []
    batcher.run(lambda x: came.append(x) or [x], *given)
    assert came[0] is given[0]


def test_inputs_of_several_rows_are_computed_by_themselves():
    batcher = Batcher(8, fixed=True)
    rows = []
    batcher.run(lambda x: rows.append(len(x)) or [x], np.zeros((3, 2), np.float32))
    assert rows == [3]


def test_what_has_another_shape_or_forward_is_another_batch():
    batcher = Batcher(8, fixed=False)
    wide = [(np.zeros((1, 5), np.float32),)] * 2
    forward = Gated(batcher, 4, doubled)
    found = asked(batcher, forward, [*numbers(3), *wide])
    assert sorted(forward.rows) == [1, 2, 2]
    assert [one[0].shape for one in found] == [(1, 2)] * 3 + [(1, 5)] * 2


def test_a_call_that_fails_is_told_its_error_and_the_others_are_answered(caplog):
    def answer(x):
        if (x == 3).any():
            raise ValueError("three")
        return doubled(x)

    batcher = Batcher(8, fixed=False)
    found = asked(batcher, Gated(batcher, 5, answer), numbers(6))
    assert [str(one) for one in found if isinstance(one, Exception)] == ["three"]
    assert isinstance(found[3], ValueError)
    assert [float(one[0][0, 0]) for one in found if isinstance(one, list)] == [0, 2, 4, 8, 10]
    assert "A batch of 5 views failed (ValueError: three)" in caplog.text


@pytest.mark.parametrize("fixed", [False, True])
def test_a_batch_that_memory_does_not_hold_is_repeated_one_by_one_and_told_once(fixed, caplog):
    def answer(x):
        if len(x) > 1:
            raise MemoryError
        return doubled(x)

    batcher = Batcher(3, fixed=fixed)
    forward = Gated(batcher, 6, answer)
    found = asked(batcher, forward, numbers(7))
    assert [float(one[0][0, 0]) for one in found] == [0, 2, 4, 6, 8, 10, 12]
    assert caplog.text.count("ask for a smaller batch") == 1


def test_a_network_that_answers_once_for_all_is_asked_one_by_one(caplog):
    batcher = Batcher(3, fixed=False)
    found = asked(batcher, Gated(batcher, 3, lambda x: [x[:1]]), numbers(4))
    assert [float(one[0][0, 0]) for one in found] == [0, 1, 2, 3]
    assert "was given 3 views and answers with 1" in caplog.text
    with pytest.raises(ModelError, match="was given 1 views and answers with 0"):
        batcher.run(lambda x: [x[:0]], *numbers(1)[0])


def test_who_is_interrupted_leaves_the_others_their_turn():
    batcher = Batcher(8, fixed=False)
    interrupted = []

    def answer(x):
        if not interrupted:
            interrupted.append(len(x))
            raise KeyboardInterrupt
        return doubled(x)

    forward = Gated(batcher, 3, answer)
    found = asked(batcher, forward, numbers(4))
    assert isinstance(found[0], KeyboardInterrupt)
    assert [float(one[0][0, 0]) for one in found[1:]] == [2, 4, 6]
    assert forward.rows == [1, 3]
    assert not batcher._waiting


@pytest.fixture
def loaded():
    """Loads a network that answers up to three views together."""

    def read(name, **how):
        set_batch(3)
        try:
            return load(name, device="cpu", **how)
        finally:
            set_batch(None)

    return read


def inputs_of(card, seed):
    """What a network of a task is given, of a small view."""
    rng = np.random.default_rng(seed)
    more = {"interactive": 4, "matting": 1}.get(card.task)
    planes = [3] if more is None else [3, more]
    return [rng.random((1, count, 64, 96), dtype=np.float32) for count in planes]


@pytest.mark.parametrize("fold", [True, False], ids=["graph", "module"])
@pytest.mark.parametrize(
    "name", [name for name, card in cards().items() if card.task != "instances"]
)
def test_a_network_answers_in_a_batch_as_it_does_alone(name, fold, loaded):
    model, alone = loaded(name, fold=fold), load(name, device="cpu", fold=fold)
    assert alone.batcher is None
    assert model.answers_alone == fold
    given = [inputs_of(model.card, seed) for seed in range(4)]
    forward = Gated(model.batcher, 3, model._answer)
    found = [one[0] for one in asked(model.batcher, forward, given)]
    assert forward.rows == ([1, 3] if fold else [3, 3])
    for one, of in zip(found, given, strict=True):
        np.testing.assert_array_equal(one, model.answer(*of))  # whoever else asks
        if fold:
            np.testing.assert_array_equal(one, alone.answer(*of))
        else:
            np.testing.assert_allclose(one, alone.answer(*of), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("fold", [True, False], ids=["graph", "module"])
def test_what_is_encoded_in_a_batch_is_decoded_in_another(fold, loaded):
    model = loaded("interactive-late-l0", fold=fold)
    given = [inputs_of(model.card, seed) for seed in range(3)]
    encoded = asked(
        model.batcher, Gated(model.batcher, 2, model._encode), [(photo,) for photo, _ in given]
    )
    told = [(marks, *maps) for (_, marks), maps in zip(given, encoded, strict=True)]
    found = asked(model.batcher, Gated(model.batcher, 2, model._decode), told)
    for (answer,), (photo, marks) in zip(found, given, strict=True):
        np.testing.assert_array_equal(answer, model.decode(marks, *model.encode(photo)))


def test_what_needs_gradients_asks_the_network_alone(loaded, monkeypatch):
    from clickmend.tasks.inference import Inference
    from clickmend.tasks.refine import Refine

    model = loaded("interactive-s")
    inference = Inference(model, Refine("bmsb"))
    inference.start({})
    given = inputs_of(model.card, 0)
    plain = inference.answer(*given)
    monkeypatch.setattr(Batcher, "run", None)
    moved = inference.evaluator(*given)()
    assert moved.requires_grad
    np.testing.assert_allclose(moved.detach().numpy(), plain, rtol=1e-3, atol=1e-3)


def test_how_many_views_are_one_is_what_was_set_last_and_else_the_settings(monkeypatch):
    from clickmend.core.settings import settings

    assert batch() == 1
    settings.cache_clear()
    monkeypatch.setenv("CLICKMEND_BATCH", "5")
    try:
        assert batch() == 5
        set_batch(2)
        assert batch() == 2
    finally:
        set_batch(None)
        settings.cache_clear()
