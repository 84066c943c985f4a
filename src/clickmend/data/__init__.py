"""Photos, masks and datasets: files to arrays and back. Imports no torch.

A name brings in its module when it is first asked for: a photo is read without the datasets.
"""

from typing import TYPE_CHECKING

from clickmend.core.lazy import lazily

if TYPE_CHECKING:
    from clickmend.core.files import write_atomically as write_atomically
    from clickmend.data.codecs import alpha_png as alpha_png
    from clickmend.data.codecs import index_png as index_png
    from clickmend.data.codecs import mask_png as mask_png
    from clickmend.data.codecs import read_alpha as read_alpha
    from clickmend.data.codecs import read_index as read_index
    from clickmend.data.codecs import read_mask as read_mask
    from clickmend.data.codecs import read_trimap as read_trimap
    from clickmend.data.codecs import write_alpha as write_alpha
    from clickmend.data.codecs import write_index as write_index
    from clickmend.data.codecs import write_mask as write_mask
    from clickmend.data.datasets import PairedDataset as PairedDataset
    from clickmend.data.datasets import PhotoDataset as PhotoDataset
    from clickmend.data.depth_files import depth_png as depth_png
    from clickmend.data.depth_files import read_depth as read_depth
    from clickmend.data.depth_files import write_depth as write_depth
    from clickmend.data.depths import DEPTH_DATASETS as DEPTH_DATASETS
    from clickmend.data.depths import DepthDataset as DepthDataset
    from clickmend.data.depths import DepthSample as DepthSample
    from clickmend.data.labels import LABEL_DATASETS as LABEL_DATASETS
    from clickmend.data.labels import LabelDataset as LabelDataset
    from clickmend.data.labels import LabelSample as LabelSample
    from clickmend.data.layouts.davis import sequence_of as sequence_of
    from clickmend.data.layouts.voc import VOC_CLASSES as VOC_CLASSES
    from clickmend.data.layouts.voc import read_voc as read_voc
    from clickmend.data.mattes import MATTE_DATASETS as MATTE_DATASETS
    from clickmend.data.mattes import MatteDataset as MatteDataset
    from clickmend.data.mattes import MatteSample as MatteSample
    from clickmend.data.mattes import compose as compose
    from clickmend.data.objects import DATASETS as DATASETS
    from clickmend.data.objects import ObjectDataset as ObjectDataset
    from clickmend.data.objects import ObjectSample as ObjectSample
    from clickmend.data.photo_points import PhotoPoints as PhotoPoints
    from clickmend.data.photo_points import PointSource as PointSource
    from clickmend.data.photos import photo_size as photo_size
    from clickmend.data.photos import read_photo as read_photo
    from clickmend.data.planes import read_npy as read_npy
    from clickmend.data.planes import write_npy as write_npy
    from clickmend.data.point_files import open_points as open_points
    from clickmend.data.point_files import read_points as read_points
    from clickmend.data.rle import decode_rle as decode_rle
    from clickmend.data.rle import encode_rle as encode_rle
    from clickmend.data.rle import encode_runs as encode_runs
    from clickmend.data.rle import fill_polygons as fill_polygons
    from clickmend.data.sets import DEPTH_SETS as DEPTH_SETS
    from clickmend.data.sets import LABEL_SETS as LABEL_SETS
    from clickmend.data.sets import LAYOUTS as LAYOUTS
    from clickmend.data.sets import MATTE_SETS as MATTE_SETS
    from clickmend.data.sets import OBJECT_SETS as OBJECT_SETS
    from clickmend.data.sets import SET_CLASSES as SET_CLASSES
    from clickmend.data.sets import SHARED_SETS as SHARED_SETS
    from clickmend.data.sets import Kind as Kind
    from clickmend.data.sets import held_out as held_out
    from clickmend.data.sets import open_depth_set as open_depth_set
    from clickmend.data.sets import open_label_set as open_label_set
    from clickmend.data.sets import open_matte_set as open_matte_set
    from clickmend.data.sets import open_object_set as open_object_set

_PLACES = {
    "DATASETS": "clickmend.data.objects",
    "DEPTH_DATASETS": "clickmend.data.depths",
    "DEPTH_SETS": "clickmend.data.sets",
    "LABEL_DATASETS": "clickmend.data.labels",
    "LABEL_SETS": "clickmend.data.sets",
    "LAYOUTS": "clickmend.data.sets",
    "MATTE_DATASETS": "clickmend.data.mattes",
    "MATTE_SETS": "clickmend.data.sets",
    "OBJECT_SETS": "clickmend.data.sets",
    "SET_CLASSES": "clickmend.data.sets",
    "SHARED_SETS": "clickmend.data.sets",
    "VOC_CLASSES": "clickmend.data.layouts.voc",
    "DepthDataset": "clickmend.data.depths",
    "DepthSample": "clickmend.data.depths",
    "Kind": "clickmend.data.sets",
    "LabelDataset": "clickmend.data.labels",
    "LabelSample": "clickmend.data.labels",
    "MatteDataset": "clickmend.data.mattes",
    "MatteSample": "clickmend.data.mattes",
    "ObjectDataset": "clickmend.data.objects",
    "ObjectSample": "clickmend.data.objects",
    "PairedDataset": "clickmend.data.datasets",
    "PhotoDataset": "clickmend.data.datasets",
    "PhotoPoints": "clickmend.data.photo_points",
    "PointSource": "clickmend.data.photo_points",
    "alpha_png": "clickmend.data.codecs",
    "compose": "clickmend.data.mattes",
    "decode_rle": "clickmend.data.rle",
    "depth_png": "clickmend.data.depth_files",
    "encode_rle": "clickmend.data.rle",
    "encode_runs": "clickmend.data.rle",
    "fill_polygons": "clickmend.data.rle",
    "held_out": "clickmend.data.sets",
    "index_png": "clickmend.data.codecs",
    "mask_png": "clickmend.data.codecs",
    "open_depth_set": "clickmend.data.sets",
    "open_label_set": "clickmend.data.sets",
    "open_matte_set": "clickmend.data.sets",
    "open_object_set": "clickmend.data.sets",
    "open_points": "clickmend.data.point_files",
    "photo_size": "clickmend.data.photos",
    "read_alpha": "clickmend.data.codecs",
    "read_depth": "clickmend.data.depth_files",
    "read_index": "clickmend.data.codecs",
    "read_mask": "clickmend.data.codecs",
    "read_npy": "clickmend.data.planes",
    "read_photo": "clickmend.data.photos",
    "read_points": "clickmend.data.point_files",
    "read_trimap": "clickmend.data.codecs",
    "read_voc": "clickmend.data.layouts.voc",
    "sequence_of": "clickmend.data.layouts.davis",
    "write_alpha": "clickmend.data.codecs",
    "write_atomically": "clickmend.core.files",
    "write_depth": "clickmend.data.depth_files",
    "write_index": "clickmend.data.codecs",
    "write_mask": "clickmend.data.codecs",
    "write_npy": "clickmend.data.planes",
}

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

__getattr__ = lazily(__name__, _PLACES)
