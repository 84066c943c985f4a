import pytest
import typer

from clickmend.cli.main import main


def test_run_serves_on_this_machine_with_what_was_asked(monkeypatch):
    calls = []
    monkeypatch.setattr(
        "clickmend.server.serve.serve", lambda *places, **options: calls.append((places, options))
    )
    for words in (["run"], ["run", "--host", "::1", "--port", "0", "--no-browser"]):
        with pytest.raises(SystemExit, match="0"):
            main(words)
    assert calls == [
        (("127.0.0.1", 8765), {"open_browser": True, "say": typer.echo}),
        (("::1", 0), {"open_browser": False, "say": typer.echo}),
    ]


def test_a_port_that_is_none_is_a_wrong_use(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["run", "--port", "70000"])
    assert "65535" in capsys.readouterr().err
