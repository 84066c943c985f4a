from clickmend.server import page
from clickmend.server.page import WEB


def test_webassembly_runs_in_the_worker_alone(client, monkeypatch):
    monkeypatch.setattr(page, "WORKER", WEB / "js" / "main.js")
    for path, may in (("/js/main.js", True), ("/js/store.js", False), ("/", False)):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self'")
        assert ("; script-src 'self' 'wasm-unsafe-eval'" in policy) is may
        again = client.get(path, headers={"If-None-Match": headers["ETag"]})
        assert again.status_code == 304
        assert again.headers["Content-Security-Policy"] == policy
        assert "unsafe-inline" not in policy


def test_drawings_are_not_asked_for_again_with_every_button_that_is_made(client):
    told = {
        path: client.get(path).headers["Cache-Control"]
        for path in ("/icons.svg", "/", "/js/main.js")
    }
    assert told == {"/icons.svg": "max-age=60", "/": "no-cache", "/js/main.js": "no-cache"}


def test_the_runtime_has_the_types_that_browsers_take(client, monkeypatch, tmp_path):
    (tmp_path / "a.mjs").write_text("export {};")
    (tmp_path / "a.wasm").write_bytes(b"\0asm")
    monkeypatch.setattr(page, "WEB", tmp_path)
    served = page.Page()
    told = {
        path.name: served.file_response(
            path, path.stat(), {"type": "http", "method": "GET", "headers": []}
        ).headers["Content-Type"]
        for path in tmp_path.iterdir()
    }
    assert told == {"a.mjs": "text/javascript", "a.wasm": "application/wasm"}
