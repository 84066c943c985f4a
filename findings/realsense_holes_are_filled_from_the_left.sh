#!/usr/bin/env bash
# A depth map with a strip of holes beside an object 1 m away, before a wall at 4 m, as a stereo camera leaves it where
# only one of its eyes sees. Filled by librealsense's hole_filling_filter: mode 1 takes "the neighbouring pixel which is
# furthest away", mode 2 the closest. A made device gives the frames, no camera is needed.
#
# Guessed: 4 m from mode 1 and 1 m from mode 2.
# True:    the neighbour to the right is never looked at. Mode 1 fills the strip with 1 m where the object is on the left
# and with 4 m where it is on the right. Mode 2 fills nothing at all, from either side. Strips that run across are
# filled as said, from above and below. The first and the last row are left as they are.
# Matters: mode 1 is chosen so that objects do not grow; they do by the whole shadow on one side of each, and mirrored
# pictures give other masks. After mode 2 a depth of 0 is left where one expects none.
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

NEAR, FAR = 1000, 4000


def filled(depth_mm, mode):
    """The depth map sent through a made device and its hole filling."""
    height, width = depth_mm.shape
    lens = realsense.intrinsics()
    lens.width, lens.height, lens.fx, lens.fy, lens.ppx, lens.ppy = width, height, 100, 100, width / 2, height / 2
    stream = realsense.video_stream()
    stream.type, stream.fmt, stream.bpp, stream.fps = realsense.stream.depth, realsense.format.z16, 2, 30
    stream.width, stream.height, stream.intrinsics = width, height, lens
    device = realsense.software_device()
    sensor = device.add_sensor("Depth")
    profile = sensor.add_video_stream(stream).as_video_stream_profile()
    sensor.add_read_only_option(realsense.option.depth_units, 0.001)
    queue = realsense.frame_queue(4)
    sensor.open(profile)
    sensor.start(queue)
    frame = realsense.software_video_frame()
    frame.pixels, frame.stride, frame.bpp, frame.profile = depth_mm, 2 * width, 2, profile
    sensor.on_video_frame(frame)
    return np.array(realsense.hole_filling_filter(mode).process(queue.wait_for_frame()).get_data())


left = np.full((8, 12), NEAR, np.uint16)
left[:, 6:] = FAR
left[:, 4:6] = 0
right = np.ascontiguousarray(left[:, ::-1])
across = np.ascontiguousarray(left.T)

for name, mode, found in (("furthest", 1, (NEAR, FAR)), ("closest", 2, (0, 0))):
    strips = filled(left, mode)[1:-1, 4:6], filled(right, mode)[1:-1, 6:8]
    print(name, "beside an object on its left, on its right:", [np.unique(strip) for strip in strips])
    assert all((strip == one).all() for strip, one in zip(strips, found, strict=True))
assert filled(across, 1)[4:6, 3].tolist() == [NEAR, FAR]
assert filled(across, 2)[4:6, 3].tolist() == [NEAR, NEAR]
print("still so")
PYTHON
