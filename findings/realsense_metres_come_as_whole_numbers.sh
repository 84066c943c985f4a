#!/usr/bin/env bash
# A depth frame of librealsense turned into metres (units_transform) or into disparity (disparity_transform), and handed
# to NumPy by get_data, as every example does. A made device gives the frames, no camera is needed.
#
# Guessed: an array of floats, for both frames are of floats: distance in metres, and disparity32 beside disparity16.
# True:    an array of whole numbers (uint32) that are the floats' bits: 1.234 m is 1067316151. The type of each array goes
# by bytes alone. With .view(np.float32) it is right.
# Matters: the order of depths is kept, so scaled for display, and compared with each other, all looks right; means, and
# masks by a distance such as "nearer than 2 m", do not. 0 is still 0.
# Versions: libusb-package 1.0.30.0 numpy 2.3.5 pyrealsense2 2.59.1.11053
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check libusb-package==1.0.30.0 numpy==2.3.5 pyrealsense2==2.59.1.11053
"$place/venv/bin/python" - <<'PYTHON'
import ctypes

import libusb_package
import numpy as np

ctypes.CDLL(str(libusb_package.get_library_path()), mode=ctypes.RTLD_GLOBAL)
import pyrealsense2 as realsense

height, width = 4, 8
depth_mm = np.full((height, width), 1234, np.uint16)
depth_mm[0, 0] = 0
lens = realsense.intrinsics()
lens.width, lens.height, lens.fx, lens.fy, lens.ppx, lens.ppy = width, height, 100, 100, width / 2, height / 2
stream = realsense.video_stream()
stream.type, stream.fmt, stream.bpp, stream.fps = realsense.stream.depth, realsense.format.z16, 2, 30
stream.width, stream.height, stream.intrinsics = width, height, lens
device = realsense.software_device()
sensor = device.add_sensor("Depth")
profile = sensor.add_video_stream(stream).as_video_stream_profile()
sensor.add_read_only_option(realsense.option.depth_units, 0.001)
sensor.add_read_only_option(realsense.option.stereo_baseline, 50)
queue = realsense.frame_queue(4)
sensor.open(profile)
sensor.start(queue)
given = realsense.software_video_frame()
given.pixels, given.stride, given.bpp, given.profile = depth_mm, 2 * width, 2, profile
sensor.on_video_frame(given)
frame = queue.wait_for_frame()
assert np.array_equal(np.asarray(frame.get_data()), depth_mm)

metres = realsense.units_transform().process(frame)
assert metres.get_profile().format() == realsense.format.distance
found = np.array(metres.get_data())
print("metres", found.dtype, found[0, :3], "as floats", found.view(np.float32)[0, :3])
assert found.dtype == np.uint32
assert found[0, 0] == 0 and (found.ravel()[1:] > 1e9).all()
assert np.allclose(found.view(np.float32), depth_mm / 1000)

disparity = realsense.disparity_transform(True).process(frame)
assert disparity.get_profile().format() == realsense.format.disparity32
assert np.array(disparity.get_data()).dtype == np.uint32
print("still so")
PYTHON
