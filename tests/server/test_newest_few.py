"""What is held in memory: the newest, bounded in number and in bytes."""

from hypothesis import given
from hypothesis import strategies as st

from clickmend.server.newest_few import NewestFew

USES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 50)), max_size=60)


@given(USES, st.integers(1, 8), st.integers(0, 120))
def test_the_newest_that_fit_are_held(uses, most, most_bytes):
    few = NewestFew[int, str](most=most, most_bytes=most_bytes)
    order: dict[int, int] = {}
    for key, size in uses:
        few.put(key, str(key), size)
        order.pop(key, None)
        order[key] = size
        while len(order) > most or (len(order) > 1 and sum(order.values()) > most_bytes):
            order.pop(next(iter(order)))
        assert [key in few for key in range(10)] == [key in order for key in range(10)]
        assert few.held_bytes == sum(order.values())
        assert len(few) == len(order)
        assert few.get(key) == str(key)


def test_what_was_let_go_is_not_counted():
    few = NewestFew[str, int](most=3, most_bytes=10)
    few.put("a", 1, 6)
    few.pop("a")
    few.pop("a")
    few.put("b", 2, 6)
    assert ("a" in few, few.get("a"), few.get("b"), few.held_bytes) == (False, None, 2, 6)
