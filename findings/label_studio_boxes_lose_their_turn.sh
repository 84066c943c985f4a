#!/usr/bin/env bash
# A box turned by 90 degrees in Label Studio (as the page lets everybody turn boxes), exported by its own
# converter as COCO, YOLO and Pascal VOC.
#
# Guessed: the upright box around the turned one from all three, for none of them has a field for the angle;
# at worst a warning for those that leave the box out.
# True:    COCO has the upright box around it. YOLO and VOC have the box as it was before it was turned: as the
# turn is about the upper left corner, here it does not even overlap the object.
# Matters: one project gives three data sets of which two point beside every turned object, and the labels
# look right wherever nothing was turned. Export as COCO or as oriented boxes, or turn canRotate off.
# Versions: label-studio-sdk 2.1.2 pillow 13.0.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check label-studio-sdk==2.1.2 \
  pillow==13.0.0
cd "$place"
"$place/venv/bin/python" -W ignore - <<'PYTHON'
import json
from pathlib import Path
from xml.etree import ElementTree

from label_studio_sdk.converter import Converter
from PIL import Image

WIDTH, HEIGHT = 200, 100
LABELS = """<View><Image name="image" value="$image"/><RectangleLabels name="box" toName="image">
<Label value="car"/></RectangleLabels></View>"""
box = {"x": 50, "y": 40, "width": 20, "height": 10, "rotation": 90, "rectanglelabels": ["car"]}
result = {"id": "a", "type": "rectanglelabels", "from_name": "box", "to_name": "image", "value": box}
result |= {"original_width": WIDTH, "original_height": HEIGHT, "image_rotation": 0}
task = {"id": 1, "data": {"image": "photo.png"}, "annotations": [{"id": 1, "result": [result]}]}
task["annotations"][0]["completed_by"] = 1
Path("in").mkdir()
Path("in/tasks.json").write_text(json.dumps([task]))
Image.new("RGB", (WIDTH, HEIGHT)).save("photo.png")
converter = Converter(LABELS, ".", download_resources=False)
converter.convert_to_coco("in", "coco")
converter.convert_to_yolo("in", "yolo")
converter.convert_to_voc("in", "voc")

(annotation,) = json.loads(Path("coco/result.json").read_text())["annotations"]
left, top, width, height = annotation["bbox"]
coco = [left, top, left + width, top + height]
(line,) = [path.read_text() for path in Path("yolo").rglob("photo.txt")]
x, y, width, height = (float(word) for word in line.split()[1:])
yolo = [(x - width / 2) * WIDTH, (y - height / 2) * HEIGHT, (x + width / 2) * WIDTH, (y + height / 2) * HEIGHT]
(voc,) = [ElementTree.parse(path) for path in Path("voc").rglob("photo.xml")]
voc = [float(voc.findtext(f".//{side}")) for side in ("xmin", "ymin", "xmax", "ymax")]
print("COCO", coco, "YOLO", [round(side, 6) for side in yolo], "VOC", voc)
assert coco == [80, 40, 100, 60]
assert [round(side, 6) for side in yolo] == voc == [100, 40, 140, 50]
print("still so")
PYTHON
