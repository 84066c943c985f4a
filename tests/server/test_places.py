"""A key leads to the process that drew it."""

from collections import Counter

from clickmend.server.places import ALONE, Place, worker_of


def test_a_new_key_leads_to_the_process_that_drew_it():
    for number in range(3):
        place = Place(number, 3)
        keys = {place.new_key() for _ in range(20)}
        assert len(keys) == 20
        assert {worker_of(key, workers=3) for key in keys} == {number}


def test_a_process_alone_owns_every_key():
    assert ALONE.owns("any")
    assert ALONE.owns(ALONE.new_key())


def test_keys_of_other_numbers_of_processes_are_spread_evenly_and_always_alike():
    spread = Counter(worker_of(ALONE.new_key(), workers=4) for _ in range(800))
    assert set(spread) == {0, 1, 2, 3}
    assert min(spread.values()) > 120
    assert worker_of("aJx1", workers=7) == worker_of("aJx1", workers=7)
