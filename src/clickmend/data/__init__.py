"""Photos, masks and datasets: files to arrays and back. Imports no torch."""

from clickmend.core.files import write_atomically
from clickmend.data.codecs import (
    alpha_png,
    index_png,
    mask_png,
    read_alpha,
    read_index,
    read_mask,
    read_trimap,
    write_alpha,
    write_index,
    write_mask,
)
from clickmend.data.datasets import PairedDataset, PhotoDataset
from clickmend.data.depth_files import depth_png, read_depth, write_depth
from clickmend.data.depths import DEPTH_DATASETS, DepthDataset, DepthSample
from clickmend.data.labels import LABEL_DATASETS, LabelDataset, LabelSample
from clickmend.data.layouts.davis import sequence_of
from clickmend.data.layouts.voc import VOC_CLASSES, read_voc
from clickmend.data.mattes import MATTE_DATASETS, MatteDataset, MatteSample, compose
from clickmend.data.objects import DATASETS, ObjectDataset, ObjectSample
from clickmend.data.photo_points import PhotoPoints, PointSource
from clickmend.data.photos import photo_size, read_photo
from clickmend.data.planes import read_npy, write_npy
from clickmend.data.point_files import open_points, read_points
from clickmend.data.rle import decode_rle, encode_rle, encode_runs, fill_polygons
from clickmend.data.sets import (
    DEPTH_SETS,
    LABEL_SETS,
    LAYOUTS,
    MATTE_SETS,
    OBJECT_SETS,
    SET_CLASSES,
    SHARED_SETS,
    Kind,
    held_out,
    open_depth_set,
    open_label_set,
    open_matte_set,
    open_object_set,
)

__all__ = [
    "DATASETS",
    "DEPTH_DATASETS",
    "DEPTH_SETS",
    "LABEL_DATASETS",
    "LABEL_SETS",
    "LAYOUTS",
    "MATTE_DATASETS",
    "MATTE_SETS",
    "OBJECT_SETS",
    "SET_CLASSES",
    "SHARED_SETS",
    "VOC_CLASSES",
    "DepthDataset",
    "DepthSample",
    "Kind",
    "LabelDataset",
    "LabelSample",
    "MatteDataset",
    "MatteSample",
    "ObjectDataset",
    "ObjectSample",
    "PairedDataset",
    "PhotoDataset",
    "PhotoPoints",
    "PointSource",
    "alpha_png",
    "compose",
    "decode_rle",
    "depth_png",
    "encode_rle",
    "encode_runs",
    "fill_polygons",
    "held_out",
    "index_png",
    "mask_png",
    "open_depth_set",
    "open_label_set",
    "open_matte_set",
    "open_object_set",
    "open_points",
    "photo_size",
    "read_alpha",
    "read_depth",
    "read_index",
    "read_mask",
    "read_npy",
    "read_photo",
    "read_points",
    "read_trimap",
    "read_voc",
    "sequence_of",
    "write_alpha",
    "write_atomically",
    "write_depth",
    "write_index",
    "write_mask",
    "write_npy",
]
