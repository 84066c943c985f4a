"""One point per object as clicks."""

from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Click
from clickmend.feedback.pointing import NEIGHBOURS, clicks_of


def test_neighbours_are_the_nearest_points_in_their_order():
    line = [(float(x), 5.0) for x in range(20)]
    *others, own = clicks_of(line[3], line)
    assert own == Click(3.0, 5.0, FOREGROUND)
    assert {other.label for other in others} == {BACKGROUND}
    assert sorted(other.x for other in others) == [0, 1, 2, *range(4, NEIGHBOURS + 1)]
    away = [abs(other.x - 3) for other in others]
    assert away == sorted(away)


def test_points_in_one_place_are_no_neighbours():
    assert clicks_of((1.0, 2.0), [(1.0, 2.0), (3.0, 2.0), (1.9, 2.9)]) == (
        Click(3.0, 2.0, BACKGROUND),
        Click(1.0, 2.0, FOREGROUND),
    )
