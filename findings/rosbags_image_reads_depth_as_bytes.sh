#!/usr/bin/env bash
# A depth map of 16 bits (millimetres) in a compressed ROS message, a PNG marked "16UC1; png compressed", turned into an
# array by rosbags-image, beside the same map in a message without compression.
#
# Guessed: the same array of 16 bits from both, for PNG loses nothing and the message says what is in it.
# True:    without compression 300 mm is 300. From the PNG comes an array of bytes, each the high byte: 300 becomes 1,
# 1000 becomes 3. Asking for "mono16" refuses the picture, for it is taken for three colours; nothing else is raised.
# Matters: everything nearer than 256 mm is 0, which means "nothing measured", and the rest is in steps of 256 mm; scaled
# for display it looks right. Decode the bytes of the message by OpenCV with IMREAD_UNCHANGED.
# Versions: numpy 2.4.6 opencv-python-headless 5.0.0.93 rosbags 0.11.9 rosbags-image 0.10.4
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93 rosbags==0.11.9 rosbags-image==0.10.4
"$place/venv/bin/python" - <<'PYTHON'
import cv2
import numpy as np
from rosbags.image import message_to_cvimage
from rosbags.typesys import Stores, get_typestore

types = get_typestore(Stores.ROS2_HUMBLE).types
HEADER = types["std_msgs/msg/Header"](types["builtin_interfaces/msg/Time"](0, 0), "camera")
depth_mm = np.array([[0, 200, 300, 1000], [4095, 4096, 40000, 65535]], np.uint16)

plain = types["sensor_msgs/msg/Image"](HEADER, 2, 4, "16UC1", 0, 8, depth_mm.view(np.uint8).ravel())
assert np.array_equal(message_to_cvimage(plain), depth_mm)

file = cv2.imencode(".png", depth_mm)[1].ravel()
assert np.array_equal(cv2.imdecode(file, cv2.IMREAD_UNCHANGED), depth_mm)
compressed = types["sensor_msgs/msg/CompressedImage"](HEADER, "16UC1; png compressed", file)
found = message_to_cvimage(compressed)
print(depth_mm, "comes out as", found, found.dtype)
assert found.dtype == np.uint8
assert np.array_equal(found, depth_mm >> 8)
print("still so")
PYTHON
