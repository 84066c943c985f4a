"""Problems are told to every process, and to this one even where nothing can be written."""

import pytest

from clickmend.projects.problems import Problems


def test_a_problem_is_told_to_another_process_until_it_is_gone(tmp_path):
    here, there = Problems(tmp_path / "problems"), Problems(tmp_path / "problems")
    assert here == {}
    here[3] = "The disk is full; größer."
    assert there == {3: "The disk is full; größer."}
    assert there.get(4) is None
    there.pop(3)
    assert here == {}
    assert here.pop(3, None) is None
    with pytest.raises(KeyError):
        del here[3]


def test_where_nothing_can_be_written_this_process_knows_it(tmp_path):
    (tmp_path / "problems").write_text("a file where the folder belongs")
    problems = Problems(tmp_path / "problems")
    problems[1] = "Full."
    assert problems == {1: "Full."}
    del problems[1]
    assert len(problems) == 0
