"""Photos, masks and datasets: files to arrays and back. Imports no torch."""

from clickmend.data.berkeley import open_berkeley
from clickmend.data.coco import open_coco, open_lvis
from clickmend.data.codecs import (
    mask_png,
    read_alpha,
    read_depth,
    read_index,
    read_mask,
    write_alpha,
    write_depth,
    write_index,
    write_mask,
)
from clickmend.data.davis import open_davis, sequence_of
from clickmend.data.files import write_atomically
from clickmend.data.folder import OBJECT_SETS, held_out, open_folder, open_object_set
from clickmend.data.grabcut import open_grabcut
from clickmend.data.objects import DATASETS, ObjectDataset, ObjectSample
from clickmend.data.photos import read_photo
from clickmend.data.planes import read_npy, write_npy
from clickmend.data.rle import decode_rle, encode_rle, encode_runs, fill_polygons
from clickmend.data.sbd import open_sbd
from clickmend.data.voc import open_voc

__all__ = [
    "DATASETS",
    "OBJECT_SETS",
    "ObjectDataset",
    "ObjectSample",
    "decode_rle",
    "encode_rle",
    "encode_runs",
    "fill_polygons",
    "held_out",
    "mask_png",
    "open_berkeley",
    "open_coco",
    "open_davis",
    "open_folder",
    "open_grabcut",
    "open_lvis",
    "open_object_set",
    "open_sbd",
    "open_voc",
    "read_alpha",
    "read_depth",
    "read_index",
    "read_mask",
    "read_npy",
    "read_photo",
    "sequence_of",
    "write_alpha",
    "write_atomically",
    "write_depth",
    "write_index",
    "write_mask",
    "write_npy",
]
