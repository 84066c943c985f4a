import pytest

from clickmend.cli.main import main
from clickmend.projects.formats import formats_of, limits_of


def test_the_formats_of_a_task_are_listed_with_what_they_cannot_hold(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["formats", "--task", "instances"])
    lines = capsys.readouterr().out.splitlines()
    forms = formats_of("instances")
    assert lines[0] == "instances"
    assert len(lines) == 1 + len(forms)
    for line, form in zip(lines[1:], forms, strict=True):
        assert line.startswith(("* coco  ", f"  {form.name} "))
        assert line.endswith(limits_of(form, "instances"))


def test_all_tasks_are_listed_when_none_is_named_and_another_is_a_wrong_use(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["formats"])
    told = capsys.readouterr().out
    assert "interactive\n" in told
    assert "\ndepth\n" in told
    with pytest.raises(SystemExit, match="2"):
        main(["formats", "--task", "songs"])
    assert "There is no task 'songs'" in " ".join(capsys.readouterr().err.split())
