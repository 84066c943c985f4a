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

__all__, __getattr__ = lazily(
    __name__,
    {
        "clickmend.core.files": "write_atomically",
        "clickmend.data.codecs": (
            "alpha_png index_png mask_png read_alpha read_index read_mask read_trimap write_alpha "
            "write_index write_mask"
        ),
        "clickmend.data.datasets": "PairedDataset PhotoDataset",
        "clickmend.data.depth_files": "depth_png read_depth write_depth",
        "clickmend.data.depths": "DEPTH_DATASETS DepthDataset DepthSample",
        "clickmend.data.labels": "LABEL_DATASETS LabelDataset LabelSample",
        "clickmend.data.layouts.davis": "sequence_of",
        "clickmend.data.layouts.voc": "VOC_CLASSES read_voc",
        "clickmend.data.mattes": "MATTE_DATASETS MatteDataset MatteSample compose",
        "clickmend.data.objects": "DATASETS ObjectDataset ObjectSample",
        "clickmend.data.photo_points": "PhotoPoints PointSource",
        "clickmend.data.photos": "photo_size read_photo",
        "clickmend.data.planes": "read_npy write_npy",
        "clickmend.data.point_files": "open_points read_points",
        "clickmend.data.rle": "decode_rle encode_rle encode_runs fill_polygons",
        "clickmend.data.sets": (
            "DEPTH_SETS LABEL_SETS LAYOUTS MATTE_SETS OBJECT_SETS SET_CLASSES SHARED_SETS Kind "
            "held_out open_depth_set open_label_set open_matte_set open_object_set"
        ),
    },
)
