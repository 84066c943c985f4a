"""What the agent of cvat-cli makes of our function: its loader, its requests, its answers.

Standard output says what was found. Only the server, which would send requests and frames, is not
there.
"""

import json
import pickle
import sys
from types import SimpleNamespace

import numpy as np
import PIL.Image
from cvat_cli._internal.agent_driver import set_worker_current_function
from cvat_cli._internal.agent_driver_interaction import AgentInteractionFunctionDriver
from cvat_cli._internal.common import FunctionLoader
from cvat_sdk.auto_annotation import InteractionFunctionSpec
from cvat_sdk.masks import decode_mask

rows, columns = np.indices((96, 128))
inside = np.hypot(columns - 64, rows - 48) < 25
photo = np.where(inside[..., None], (220, 60, 40), (30, 90, 160)).astype(np.uint8)
loads = []


class Driver(AgentInteractionFunctionDriver):
    """The agent's, whose frames come from here."""

    def _get_sample_from_ar_params(self, ar_params):
        loads.append(ar_params["frame"])
        media = SimpleNamespace(load_image=lambda: PIL.Image.fromarray(photo))
        return SimpleNamespace(media=media), ()


loader = FunctionLoader("clickmend.server.cvat_function", None, {"refine": "none"})
function = pickle.loads(pickle.dumps(loader.load()))  # as it travels to the agent's process
set_worker_current_function(function)
Driver.init_worker(None)
here = SimpleNamespace(
    submit=lambda do, *given: do(*given),
    result=lambda answer: answer,
)
driver = Driver(None, here, function.spec)
fields = Driver.get_remote_function_fields(function.spec)
defaults = {"min_neg_points": -1, "startswith_box": False, "startswith_box_optional": False}
driver.validate_function_compatibility(defaults | fields)


def ask(pos=(), neg=(), box=()):
    """The shapes for clicks of a person, as the agent sends them to the server."""
    points = {"pos_points": pos, "neg_points": neg, "obj_bbox": box}
    request = {"type": "interact", "task": 1, "frame": 3, **points}
    answer = driver.calculate_result_for_ar(request, lambda **_: None)
    return json.loads(json.dumps(answer, default=lambda model: model.to_dict()))["shapes"]


def overlap(shapes):
    """How well the only shape is the disk."""
    (shape,) = shapes
    assert shape["type"] == "mask", shape
    mask = decode_mask(shape["points"], image_width=128, image_height=96)
    return float((mask & inside).sum() / (mask | inside).sum())


clicked = ask(pos=[[64, 48]])
json.dump(
    {
        "is_a_spec": isinstance(function.spec, InteractionFunctionSpec),
        "fields": fields,
        "clicked": overlap(clicked),
        "with_a_box": overlap(ask(pos=[[64, 48]], box=[[38, 22], [90, 74]])),
        "cut": overlap(ask(pos=[[64, 48]], neg=[[5, 5]])),
        "nothing": ask(),
        "confidence": [float(one["value"]) for one in clicked[0]["attributes"]],
        "loads": loads,
    },
    sys.stdout,
)
