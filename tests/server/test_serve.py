import socket
import threading

import httpx
import pytest

from clickmend.core.errors import OptionError, ProjectError
from clickmend.core.machine import cores
from clickmend.core.settings import settings
from clickmend.networks.batching import set_batch
from clickmend.projects.store import Store
from clickmend.server import serve as module
from clickmend.server.app import create_app
from clickmend.server.networks import Networks
from clickmend.server.serve import address_of, listen, serve
from clickmend.server.server import Server


def test_a_taken_port_gives_way_to_the_next():
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with listen("127.0.0.1", port) as second:
            assert port < second.getsockname()[1] <= port + module.PORTS_TRIED


def test_no_free_port_is_told_with_the_ports_that_were_tried(monkeypatch):
    monkeypatch.setattr(module, "PORTS_TRIED", 0)
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(OptionError, match=f"None of the ports {port} to {port} of 127"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "host.invalid"])
def test_a_host_of_another_machine_is_refused(monkeypatch, host):
    def resolve(name, port, **_):
        if name == "host.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (name, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(OptionError, match=f"cannot listen on '{host}'"):
        listen(host, 8765)


def test_the_address_is_one_that_a_browser_can_open():
    with listen("0.0.0.0", 0) as everywhere:
        assert address_of(everywhere) == f"http://127.0.0.1:{everywhere.getsockname()[1]}"


class SixListening:
    def getsockname(self):
        return ("::1", 8765, 0, 0)


def test_an_ipv6_address_stands_in_brackets():
    assert address_of(SixListening()) == "http://[::1]:8765"


def test_the_server_says_when_it_answers(fake_session):
    app = create_app(session_factory=fake_session, networks=Networks(dict))
    ready = threading.Event()
    server = Server(app, when_ready=ready.set)
    with listen("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        assert ready.wait(30)
        answer = httpx.get(f"{address_of(listening)}/api/v1/health", trust_env=False)
        server.should_exit = True
        thread.join(30)
    assert answer.json()["status"] == "ok"


@pytest.mark.parametrize(("host", "lines"), [("127.0.0.1", 1), ("0.0.0.0", 2)])
def test_serving_says_where_it_is_opens_the_browser_and_warns_of_others(
    monkeypatch, host, lines, fake_session
):
    said, opened = [], []

    def run_until_ready(self, sockets):
        self._when_ready()
        raise KeyboardInterrupt

    monkeypatch.setattr(Server, "run", run_until_ready)
    monkeypatch.setattr(module.webbrowser, "open", opened.append)
    serve(host, 0, session_factory=fake_session, say=said.append)
    assert len(said) == lines
    assert opened[0] in said[0]
    serve(host, 0, open_browser=False, session_factory=fake_session, say=said.append)
    assert len(opened) == 1
    serve(host, 0, project_id=7, session_factory=fake_session, say=said.append)
    assert opened[1].endswith("#7")
    assert opened[1] in said[-lines]


def test_several_processes_are_set_up_alike_and_a_database_that_is_none_is_told_at_once(
    monkeypatch, fake_session, tmp_path
):
    setups = []
    monkeypatch.setattr(
        module, "_serve_together", lambda count, setup, *_, **__: setups.append((count, setup))
    )
    given = {"open_browser": False, "session_factory": fake_session, "say": lambda _: None}
    store = Store(tmp_path / "home")
    serve(port=0, workers=3, batch=4, store=store, interop=["cvat"], roots=[tmp_path], **given)
    ((count, setup),) = setups
    assert (count, setup.home, setup.url) == (3, tmp_path / "home", None)
    assert (list(setup.interop), list(setup.roots)) == (["cvat"], [tmp_path])
    assert (setup.host, setup.token) == ("127.0.0.1", None)
    assert (setup.session_factory, setup.batch) == (fake_session, 4)
    (tmp_path / "spoilt").mkdir()
    (tmp_path / "spoilt" / "projects.sqlite").mkdir()
    with pytest.raises(ProjectError, match="cannot be opened"):
        serve(port=0, workers=2, store=Store(tmp_path / "spoilt"), **given)
    assert len(setups) == 1


def test_as_many_compute_at_once_as_may_meet_in_a_batch(fake_session):
    set_batch(64)
    try:
        app = create_app(session_factory=fake_session, networks=Networks(dict))
    finally:
        set_batch(None)
    assert app.state.work._at_once == 64
    assert (
        create_app(session_factory=fake_session, networks=Networks(dict)).state.work._at_once
        == cores()
    )


def test_serving_says_where_other_tools_find_it_and_takes_the_token_of_the_settings(
    monkeypatch, fake_session
):
    said, made = [], []

    def make(**options):
        made.append(options)
        return create_app(**options)

    monkeypatch.setattr(Server, "run", lambda self, sockets: self._when_ready())
    monkeypatch.setattr(module, "create_app", make)
    monkeypatch.setenv("CLICKMEND_TOKEN", "of-the-settings")
    settings.cache_clear()
    given = {"open_browser": False, "session_factory": fake_session, "say": said.append}
    serve(port=0, interop=["cvat", "cvat"], **given)
    settings.cache_clear()
    assert "?token=of-the-settings" in said[0]
    assert said[-1].startswith("CVAT finds it at http://127.0.0.1:")
    assert [tool.name for tool in made[0]["interop"]] == ["cvat"]
    assert made[0]["token"] == "of-the-settings"
    with pytest.raises(OptionError, match="There is no tool 'cvt'"):
        serve(port=0, interop=["cvt"], **given)
