import subprocess
import sys

import pytest
from typer.main import get_command

from clickmend import __version__
from clickmend.cli import main as cli
from clickmend.core.errors import OptionError


def run(*words):
    with pytest.raises(SystemExit) as end:
        cli.main([str(word) for word in words])
    return end.value.code


@pytest.fixture
def command_that_raises(monkeypatch):
    """A function that makes ``clickmend models`` raise."""

    def arrange(error):
        def cards():
            raise error

        monkeypatch.setattr("clickmend.networks.cards", cards)

    return arrange


def test_help_lists_the_commands(capsys):
    assert run("--help") == 0
    shown = capsys.readouterr().out
    for name in ("run", "segment", "models", "train", "bench"):
        assert name in shown


def test_a_refusal_is_one_line_on_stderr_and_code_1(command_that_raises, capsys):
    command_that_raises(OptionError("It is so.\n  Allowed is that.\nDo this."))
    assert run("models") == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "clickmend: It is so. Allowed is that. Do this.\n")


def test_ctrl_c_ends_without_a_word_and_with_code_130(command_that_raises, capsys):
    command_that_raises(KeyboardInterrupt())
    assert run("models") == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("words", [["nonsense"], ["models", "--nonsense"], ["segment"]])
def test_a_command_that_is_not_understood_has_code_2(words, capsys):
    assert run(*words) == 2
    assert "Usage:" in capsys.readouterr().err


def test_python_m_clickmend_is_the_same_command():
    done = subprocess.run(
        [sys.executable, "-m", "clickmend", "--version"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == f"clickmend {__version__}\n"


@pytest.mark.parametrize("words", [["--version"], ["nonsense"], ["models", "nonsense"]])
def test_a_process_ends_with_the_same_code_and_words_as_the_call(words, capsys):
    code = run(*words)
    done = subprocess.run(
        [sys.executable, "-m", "clickmend", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (code, capsys.readouterr().out)
    assert (done.stderr == "") is (code == 0)


def test_what_is_to_be_done_at_the_end_of_a_process_is_done():
    program = (
        "import atexit, sys\nfrom clickmend.cli.main import main\n"
        "atexit.register(print, 'cleaned up')\nsys.argv[1:] = ['--version']\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[1:] == ["cleaned up"]


def test_a_process_without_a_place_for_its_words_succeeds():
    command = f"exec {sys.executable} -m clickmend --version >&-"
    assert subprocess.run(command, shell=True, check=False, timeout=60).returncode == 0


def test_a_profiler_of_the_process_tells_what_it_saw():
    command = [sys.executable, "-m", "cProfile", "-m", "clickmend", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "function calls" in done.stdout


@pytest.mark.parametrize("words", [["--help"], ["segment", "--help"], ["run", "--help"]])
def test_help_loads_neither_torch_nor_numpy(words):
    program = (
        "import sys\nfrom clickmend.cli.main import main\n"
        f"try: main({words})\n"
        "except SystemExit: sys.exit(any(m in sys.modules for m in ('torch', 'numpy', 'fastapi')))"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60, capture_output=True)


@pytest.mark.parametrize(
    "words",
    ["segment", "refine", "points", "label", "run", "export", "train", "models import"],
)
def test_where_a_command_writes_has_the_same_names_in_each(words):
    command = get_command(cli.app)
    for word in words.split():
        command = command.commands[word]
    [option] = [p for p in command.params if "--output" in p.opts]
    assert set(option.opts) == {"--output", "--out", "-o"}
