#!/usr/bin/env bash
# A ROS image message whose rows are padded in memory (step 8 for a mask 6 wide, as drivers that align rows send it),
# turned into an array by rosbags-image.
#
# Guessed: the mask, for the message's field step says how long a row is and is there for nothing else; or an error,
# as the data is longer than height times width.
# True:    step is not looked at. The first row is right, and each next one begins two pixels too early, with the padding
# of the row before. The surplus at the end is left out. Nothing is raised.
# Matters: a mask or a depth map leans to the right, more with every row, and has the right shape and type; with
# wide pictures padded by little it looks like a calibration error. Cut the rows by np.frombuffer and step first.
# Versions: numpy 2.4.6 opencv-python-headless 5.0.0.93 rosbags 0.11.9 rosbags-image 0.10.4
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93 rosbags==0.11.9 rosbags-image==0.10.4
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from rosbags.image import message_to_cvimage
from rosbags.typesys import Stores, get_typestore

types = get_typestore(Stores.ROS2_HUMBLE).types
HEADER = types["std_msgs/msg/Header"](types["builtin_interfaces/msg/Time"](0, 0), "camera")


def message(mask, step):
    """The mask as an image message with rows of step bytes, padded by 0."""
    height, width = mask.shape
    rows = np.zeros((height, step), np.uint8)
    rows[:, :width] = mask
    return types["sensor_msgs/msg/Image"](HEADER, height, width, "mono8", 0, step, rows.ravel())


mask = np.zeros((4, 6), np.uint8)
mask[:, 2:4] = 255
assert np.array_equal(message_to_cvimage(message(mask, step=6)), mask)
padded = message_to_cvimage(message(mask, step=8))
print(padded)
assert padded.tolist() == [
    [0, 0, 255, 255, 0, 0],
    [0, 0, 0, 0, 255, 255],
    [0, 0, 0, 0, 0, 0],
    [255, 255, 0, 0, 0, 0],
]
print("still so")
PYTHON
