"""What networks can do by torch is told by another process, as it would be by this one."""

import subprocess
import sys

import pytest

from clickmend.networks import cards
from clickmend.refinement import LAYERS
from clickmend.server import abilities
from clickmend.server.abilities import Abilities, abilities_of

BUILT = [abilities._built(card) for card in cards().values()]


@pytest.fixture
def unknown(monkeypatch):
    monkeypatch.setattr(abilities, "_known", {})


def test_another_process_tells_what_this_one_would():
    layers, found = abilities._told_elsewhere(BUILT)
    here, expected = abilities._told_here(BUILT)
    assert list(layers) == list(here)
    assert [tuple(one) for one in found] == [tuple(one) for one in expected]
    assert ("adapt_keys",) in [tuple(one) for one in found]


def test_a_server_learns_what_its_networks_offer_without_holding_torch():
    program = (
        "import sys\n"
        "from clickmend.projects.opening import Options\n"
        "from clickmend.server import app\n"
        "from clickmend.server.networks import Networks\n"
        "networks = Networks()\n"
        "for task in networks.by_task():\n"
        "    assert 'bmsb' in app.traits_of(Options(task), networks).layers, task\n"
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=300)


def test_one_process_tells_of_all_cards(unknown, monkeypatch):
    asked = []

    def told(networks):
        asked.append(list(networks))
        return ["own"], [["propagate"]] * len(networks)

    monkeypatch.delitem(sys.modules, "torch")
    monkeypatch.setattr(abilities, "_told_elsewhere", told)
    all_of_them = list(cards().values())
    for card in all_of_them:
        found = abilities_of(card, beside=all_of_them)
        assert found == Abilities(("own",), ("propagate",))
    assert asked == [list(dict.fromkeys(BUILT))]


@pytest.mark.parametrize(
    "program", ["raise SystemExit(1)", "print('words')", "", "import os; os.abort()"]
)
def test_where_the_other_process_fails_torch_is_loaded_here(program, monkeypatch, caplog, tmp_path):
    fails = tmp_path / "fails.sh"
    fails.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{program}"\n')
    fails.chmod(0o755)
    monkeypatch.setattr(abilities.sys, "executable", str(fails))
    assert abilities._told_elsewhere(BUILT[:1]) == abilities._told_here(BUILT[:1])
    assert "Torch is loaded to tell what networks can do" in caplog.text


def test_a_network_of_another_library_infers_nothing():
    assert abilities._told_here([("theirs", "{}")])[1] == [()]


def test_a_layer_that_is_registered_later_is_told_where_torch_is():
    card = cards()["interactive-l0"]
    assert "later" not in abilities_of(card).layers
    LAYERS.register("later")(type("Later", (LAYERS["sb"],), {"learning_rate": 0.01}))
    try:
        assert "later" in abilities_of(card).layers
    finally:
        del LAYERS._entries["later"]
