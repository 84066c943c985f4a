"""A server that is full says so to each tool in its own shape, and when to ask again."""

import json

import pytest
from asked_by_label_studio import PREDICT, config, keypoint

from clickmend.core.errors import BusyError
from clickmend.server.work_queue import WorkQueue

FULL = "64 requests wait already."


@pytest.fixture
def full(monkeypatch):
    def refuse(_):
        raise BusyError(FULL, retry_after_s=7)

    monkeypatch.setattr(WorkQueue, "_check", refuse)


def cvat(client, image):
    asked = {"image": image, "pos_points": [[40, 30]]}
    return client.post(
        "/api/function_invocations", headers={"x-nuclio-function-name": "clickmend"}, json=asked
    )


def label_studio(client, image):
    task = {"id": 1, "data": {"image": f"data:image/png;base64,{image}"}}
    context = {"result": [keypoint(40, 30)]}
    asked = {"tasks": [task], "label_config": config(), "params": {"context": context}}
    return client.post(PREDICT, json=asked)


def x_anylabeling(client, image):
    marks = [{"type": "point", "data": [40, 30], "label": 1}]
    asked = {"model": "clickmend", "image": image, "params": {"marks": marks}}
    return client.post("/x-anylabeling/v1/predict", json=asked)


def monai_label(client, image, picture):
    files = {"file": ("a.png", picture, "image/png")}
    asked = {"params": json.dumps({"foreground": [[40, 30]]})}
    return client.post("/monai-label/infer/clickmend", data=asked, files=files)


@pytest.mark.parametrize(
    ("tool", "ask", "told"),
    [
        ("cvat", cvat, {"error": FULL}),
        ("label-studio", label_studio, {"error": FULL}),
        (
            "x-anylabeling",
            x_anylabeling,
            {"success": False, "error": {"code": "BusyError", "message": FULL}},
        ),
        ("monai-label", monai_label, {"detail": FULL}),
    ],
)
def test_a_full_server_answers_503_and_when_to_ask_again(
    answering, full, encoded, picture, tool, ask, told
):
    client = answering(tool)
    more = (picture,) if tool == "monai-label" else ()
    answer = ask(client, encoded, *more)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert answer.json() == told
