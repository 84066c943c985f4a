"""What label-studio-sdk makes of a prediction, of run lengths and of a mask.

Standard input has ``{"config", "prediction", "rle", "mask"}``, standard output what it says.
"""

import contextlib
import json
import sys

import numpy as np
from label_studio_sdk.converter.brush import decode_rle, mask2rle
from label_studio_sdk.label_interface import LabelInterface

asked = json.load(sys.stdin)
told = {}
with contextlib.redirect_stdout(sys.stderr):
    if "prediction" in asked:
        interface = LabelInterface(asked["config"])
        told["errors"] = interface.validate_prediction(asked["prediction"], return_errors=True)
    if "rle" in asked:
        told["values"] = np.asarray(decode_rle(asked["rle"])).tolist()
    if "mask" in asked:
        told["rle"] = [int(one) for one in mask2rle(255 * np.array(asked["mask"], np.uint8))]
json.dump(told, sys.stdout)
