"""Progress where there is no terminal: a line each minute, with rate and time left."""

import pytest

from clickmend.cli.progress import in_lines, progress_bar


@pytest.fixture
def lines():
    """The lines, and the seconds that a clock shows."""
    said, seconds = [], [0.0]
    return said, seconds, in_lines("Labelling", said.append, clock=lambda: seconds[0])


def test_a_line_is_told_each_minute_with_rate_and_time_left(lines):
    said, seconds, move = lines
    for seconds[0], done in ((1, 5), (59, 100), (60, 120), (90, 200), (121, 242)):
        move(done, 100_000)
    assert said == [
        "Labelling: 120 of 100000, 2.0/s, 13 h 52 min left",
        "Labelling: 242 of 100000, 2.0/s, 13 h 51 min left",
    ]


def test_what_stands_still_has_no_time_left_and_what_is_slow_says_how_long_one_takes(lines):
    said, seconds, move = lines
    for seconds[0], done in ((60, 0), (180, 12)):
        move(done, 30, what="Following")
    assert said == ["Following: 0 of 30, 0.0/s", "Following: 12 of 30, 10.0 s each, 3 min left"]


def test_without_a_terminal_nothing_is_told_of_what_is_done_at_once(capsys):
    with progress_bar("Labelling") as move:
        move(3, 3)
    assert capsys.readouterr().err == ""
