#!/usr/bin/env bash
# One instance from transformers' Mask2Former with return_coco_annotation=True, which promises "COCO
# run-length encoding".
#
# Guessed: one entry of COCO's uncompressed run lengths: runs of 0 and 1 in turn, column by column.
# True:    two entries, of which the first is the rest of the picture, so entry and object of the same
# place do not belong together. Each is pairs of a start, counted from 1, and a length, row by row, as
# in Kaggle's contests. Filled up and taken for COCO's, the box of 8 pixels becomes 8 others.
# Matters: the background is handed on as the first object, each object as the next one, and all of
# them scrambled; a poor table of AP is then blamed on the network. return_binary_maps=True gives
# the masks, one an object, to be encoded by pycocotools.
# Versions: numpy 2.4.6 pillow 13.0.0 pycocotools 2.0.11 torch 2.13.0 transformers 5.24.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 pycocotools==2.0.11 torch==2.13.0 transformers==5.24.0
"$place/venv/bin/python" -W ignore - <<'PYTHON'
from types import SimpleNamespace

import numpy as np
import torch
from pycocotools import mask as coco_mask
from transformers import Mask2FormerImageProcessorPil

help_text = Mask2FormerImageProcessorPil.post_process_instance_segmentation.__doc__
assert "returned in COCO run-length encoding (RLE) format" in " ".join(help_text.split())
masks = torch.full((1, 1, 96, 96), -9.0)
masks[..., 22:46, 34:82] = 9
classes = torch.tensor([[[9.0, -9.0]]])
found = SimpleNamespace(masks_queries_logits=masks, class_queries_logits=classes)


def instances(**form):
    made = Mask2FormerImageProcessorPil().post_process_instance_segmentation
    return made(found, target_sizes=[(8, 8)], **form)[0]


mask = instances(return_binary_maps=True)["segmentation"][0].numpy().astype(np.uint8)
box = np.zeros((8, 8), np.uint8)
box[2:4, 3:7] = 1
assert np.array_equal(mask, box)

encoded = instances(return_coco_annotation=True)
print(len(encoded["segments_info"]), "object:", [list(map(int, one)) for one in encoded["segmentation"]])
assert len(encoded["segments_info"]) == 1 and len(encoded["segmentation"]) == 2
rest, own = (list(map(int, one)) for one in encoded["segmentation"])
assert own == [20, 4, 28, 4]
assert rest == [1, 19, 24, 4, 32, 33]


def decoded(counts):
    return coco_mask.decode(coco_mask.frPyObjects({"counts": counts, "size": [8, 8]}, 8, 8))


column_by_column = np.flatnonzero(np.diff(box.ravel(order="F"), prepend=0, append=0))
counts = np.diff(column_by_column, prepend=0, append=64).tolist()
assert np.array_equal(decoded(counts), box)
wrong = decoded([*own, 64 - sum(own)])
assert wrong.sum() == 8 and (wrong & box).sum() == 0
print("still so")
PYTHON
