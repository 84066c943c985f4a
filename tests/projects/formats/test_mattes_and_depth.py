import struct
import sys
import zlib
from dataclasses import replace

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from label_scenes import NAME, PHOTOS, SIZE, WHOLE, photo
from PIL import Image

from clickmend.core.errors import DataError, NotAvailableError, OutputError
from clickmend.data.depth_files import read_depth
from clickmend.projects.formats import FORMATS

H, W = SIZE[::-1]
DEPTH = (0.5 + np.arange(W * H).reshape(H, W) / 64).astype(np.float32)
DEPTH[1, 2:4] = np.nan
ALPHA = np.linspace(0, 1, W * H, dtype=np.float32).reshape(H, W)


def back(name, place, **more):
    (labels,) = FORMATS[name].read(place, photos=PHOTOS, **more)
    return labels


def file_of(place, suffix):
    (place / "train").mkdir(exist_ok=True)
    return place / f"train/a{suffix}"


@pytest.mark.parametrize(("name", "white"), [("alpha-png", 255), ("alpha-png-16", 65535)])
def test_every_level_of_alpha_comes_back(name, white, tmp_path):
    levels = np.arange(white + 1) if white == 255 else np.arange(0, white + 1, 7)
    alpha = (levels[None] / white).astype(np.float32)
    labels = replace(photo(plane=alpha), size=alpha.shape[::-1])
    FORMATS[name].write(tmp_path, [labels])
    (found,) = FORMATS[name].read(tmp_path, photos={NAME: labels.size})
    np.testing.assert_array_equal(found.plane, alpha)
    stored = cv2.imread(str(tmp_path / "train/a.png"), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(stored[0], levels)


def test_a_matte_that_would_be_taken_for_a_mask_of_0_and_1_is_refused(tmp_path):
    faint = photo(plane=np.full((H, W), 0.01, np.float32))
    with pytest.raises(
        OutputError, match=r"cannot hold a matte that is 0.01 at most; cutout-png or npy can"
    ):
        FORMATS["alpha-png"].write(tmp_path, [faint])
    FORMATS["alpha-png"].write(tmp_path, [photo(plane=np.zeros((H, W), np.float32))])
    assert not back("alpha-png", tmp_path).plane.any()
    with pytest.raises(OutputError, match=r"cannot hold alpha that leaves \[0, 1\]; npy can"):
        FORMATS["alpha-png"].write(tmp_path, [photo(plane=ALPHA + 1)])


def test_a_cut_out_has_no_old_background_in_its_edge_and_the_photo_where_it_is_opaque(tmp_path):
    """A red thing on green, mixed by a soft edge: its own colour comes out, not the mixture."""
    alpha = np.clip((np.arange(64) - 24) / 16, 0, 1).astype(np.float32)[None].repeat(48, 0)
    levels = np.rint(alpha * 255) / 255
    red, green = np.array([200.0, 40, 30]), np.array([20.0, 180, 60])
    mixed = levels[..., None] * red + (1 - levels[..., None]) * green
    colours = np.rint(mixed).astype(np.uint8)
    labels = replace(photo(plane=alpha, photo=colours), size=(64, 48))
    (file,) = FORMATS["cutout-png"].write(tmp_path, [labels])
    made = np.asarray(Image.open(file)).astype(float)
    np.testing.assert_array_equal(made[..., 3], levels * 255)
    opaque, edge = levels == 1, (levels > 0.2) & (levels < 1)
    np.testing.assert_array_equal(made[opaque][:, :3], colours[opaque])
    assert np.abs(made[edge][:, :3] - red).mean() < 8 < np.abs(mixed[edge] - red).mean() / 5
    (found,) = FORMATS["cutout-png"].read(tmp_path, photos={NAME: (64, 48)})
    np.testing.assert_array_equal(found.plane, levels.astype(np.float32))


def test_a_hard_cut_out_has_the_colours_of_the_photo_and_an_opaque_one_is_read(tmp_path, rng):
    colours = rng.integers(0, 256, (H, W, 3), dtype=np.uint8)
    Image.fromarray(colours).save(tmp_path / "a.png")
    alpha = np.ones((H, W), np.float32)
    labels = photo(plane=alpha, photo=tmp_path / "a.png")
    (file,) = FORMATS["cutout-png"].write(tmp_path / "new", [labels])
    np.testing.assert_array_equal(np.asarray(Image.open(file))[..., :3], colours)
    np.testing.assert_array_equal(back("cutout-png", tmp_path / "new").plane, alpha)


def test_a_cut_out_without_its_photo_or_of_another_size_is_refused(tmp_path):
    form = FORMATS["cutout-png"]
    with pytest.raises(OutputError, match=r"train/a.jpg cannot be cut out without its pixels"):
        form.write(tmp_path, [photo(plane=ALPHA)])
    colours = np.zeros((4, 4, 3), np.uint8)
    with pytest.raises(OutputError, match="is 4×4 but the image is 12×9"):
        form.write(tmp_path, [photo(plane=ALPHA, photo=colours)])
    with pytest.raises(OutputError, match=r"a cut-out PNG cannot hold alpha that leaves \[0, 1\]"):
        form.write(tmp_path, [photo(plane=ALPHA * 2, photo=colours)])
    Image.new("RGB", SIZE).save(file_of(tmp_path, ".png"))
    with pytest.raises(DataError, match="has the bands R, G, B and no alpha"):
        back("cutout-png", tmp_path)


@pytest.mark.parametrize(
    ("name", "units"),
    [("depth-png", 1000), ("depth-png-kitti", 256), ("depth-png-tum", 5000)],
)
@settings(max_examples=20)
@given(levels=arrays.arrays(np.uint16, (H, W)))
def test_every_unit_of_depth_comes_back_and_is_the_number_in_the_file(name, units, levels):
    form = FORMATS[name]
    depth = np.where(levels > 0, levels / units, np.nan).astype(np.float32)
    content = form.encode(photo(plane=depth), place=None)
    stored = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(stored, levels)


def test_a_depth_png_says_its_unit_and_files_that_do_not_are_of_the_formats(tmp_path):
    FORMATS["depth-png-kitti"].write(tmp_path, [photo(plane=DEPTH)])
    for name in ("depth-png-kitti", "depth-png", "depth-png-tum"):
        np.testing.assert_array_equal(back(name, tmp_path).plane, DEPTH)
    Image.fromarray(np.full((H, W), 512, np.uint16)).save(file_of(tmp_path, ".png"))
    for name, depth in (("depth-png", 0.512), ("depth-png-kitti", 2.0), ("depth-png-tum", 0.1024)):
        np.testing.assert_allclose(back(name, tmp_path).plane, depth)


@pytest.mark.parametrize(
    ("depth", "message"),
    [
        (120.0, r"a depth PNG of 1 mm cannot hold depth of 120 m; depth-png-kitti or"),
        (0.0004, "cannot hold depth of 0.0004 m, less than half a unit; "),
        (0.0, "cannot hold depth that is 0, less or infinite .*; npy can"),
        (np.inf, "cannot hold depth that is 0, less or infinite .*; npy can"),
        (-1.0, "cannot hold depth that is 0, less or infinite .*; npy can"),
    ],
)
def test_depth_that_a_png_cannot_hold_is_refused(depth, message, tmp_path):
    with pytest.raises(OutputError, match=message):
        FORMATS["depth-png"].write(tmp_path, [photo(plane=np.full((H, W), depth, np.float32))])


@pytest.mark.parametrize("name", ["depth-png", "depth-png-kitti", "depth-png-tum"])
def test_a_session_reads_the_unit_that_our_files_say(name, tmp_path):
    (file,) = FORMATS[name].write(tmp_path, [photo(plane=DEPTH)])
    with Image.open(file) as image:
        for source in (file, file.read_bytes(), image):
            np.testing.assert_allclose(read_depth(source), DEPTH, atol=5.1e-4)


def test_a_unit_that_is_none_is_refused(tmp_path):
    (file,) = FORMATS["depth-png-tum"].write(tmp_path, [photo(plane=DEPTH)])
    text = b"depth units per metre\x005000"
    wrong = file.read_bytes().replace(text, text[:-4] + b"-500")
    file.write_bytes(with_sums(wrong))
    with pytest.raises(
        DataError, match=r"declares -500 depth units per metre. Allowed is a positive"
    ):
        back("depth-png", tmp_path)


def with_sums(content):
    """The file with the check sums of its chunks made anew."""
    made, at = content[:8], 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        chunk = content[at + 4 : at + 8 + length]
        made += content[at : at + 4] + chunk + struct.pack(">I", zlib.crc32(chunk))
        at += 12 + length
    return made


FLOATS = st.floats(2**-20, 2**20, width=32) | st.just(np.float32(np.nan))


@pytest.mark.parametrize("name", ["pfm", "tiff-depth", "exr-depth", "npy"])
@settings(max_examples=15)
@given(depth=arrays.arrays(np.float32, (H, W), elements=FLOATS))
def test_floats_of_depth_come_back_bit_for_bit(name, depth, tmp_path_factory):
    place = tmp_path_factory.mktemp("depth")
    FORMATS[name].write(place, [photo(plane=depth)])
    found = back(name, place).plane
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, depth)


def test_opencv_and_tifffile_read_the_depth(tmp_path):
    FORMATS["pfm"].write(tmp_path, [photo(plane=DEPTH)])
    theirs = cv2.imread(str(tmp_path / "train/a.pfm"), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(np.where(np.isinf(theirs), np.nan, theirs), DEPTH)
    FORMATS["tiff-depth"].write(tmp_path, [photo(plane=DEPTH)])
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "train/a.tif"), DEPTH)


def test_a_pfm_of_either_order_keeps_its_scale_and_its_numbers(tmp_path):
    rows = np.nan_to_num(DEPTH, nan=np.inf)[::-1]
    for scale, order in ((b"0.003921569", ">f4"), (b"-1", "<f4")):
        head = b"Pf\n%d %d\n%s\n" % (W, H, scale)
        file_of(tmp_path, ".pfm").write_bytes(head + rows.astype(order).tobytes())
        labels = back("pfm", tmp_path)
        np.testing.assert_array_equal(labels.plane, DEPTH)
        (new,) = FORMATS["pfm"].write(tmp_path, [labels])
        assert float(new.read_bytes().split(b"\n")[2]) == -abs(float(scale))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PF\n12 9\n-1\n", "does not begin with Pf"),
        (b"Pf\n12 9\n-1\n1234", "not in the form of PFM"),
        (b"Pf\n99999 99999\n-1\n", "megapixels"),
    ],
)
def test_a_file_that_is_no_whole_pfm_is_refused(content, message, tmp_path):
    file_of(tmp_path, ".pfm").write_bytes(content)
    with pytest.raises(DataError, match=message):
        back("pfm", tmp_path)


def test_a_tiff_of_whole_numbers_has_no_unit(tmp_path):
    tifffile.imwrite(file_of(tmp_path, ".tiff"), np.ones((H, W), np.uint16))
    with pytest.raises(DataError, match="holds uint16, whose unit is not known"):
        back("tiff-depth", tmp_path)


def test_an_exr_of_several_channels_is_read_by_that_of_depth_and_keeps_its_name(tmp_path):
    import OpenEXR

    far = np.where(np.isnan(DEPTH), np.float32(1e10), DEPTH)
    noise = np.ones((H, W), np.float16)

    def write(**channels):
        head = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
        OpenEXR.File(head, channels).write(str(file_of(tmp_path, ".exr")))

    write(R=noise, G=noise, B=noise, **{"View Layer.Depth.Z": far})
    labels = back("exr-depth", tmp_path)
    np.testing.assert_array_equal(labels.plane, DEPTH)
    FORMATS["exr-depth"].write(tmp_path, [labels])
    assert back("exr-depth", tmp_path).extra == labels.extra
    write(R=noise, G=noise, B=noise)
    with pytest.raises(DataError, match="has the channels B, G, R, and none is depth"):
        back("exr-depth", tmp_path)
    file_of(tmp_path, ".exr").write_bytes(b"no")
    with pytest.raises(DataError, match="is damaged or no EXR"):
        back("exr-depth", tmp_path)


def test_without_openexr_the_others_are_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "OpenEXR", None)
    with pytest.raises(NotAvailableError, match=r"Install clickmend\[exr\], or choose pfm or tiff"):
        FORMATS["exr-depth"].write(tmp_path, [photo(plane=DEPTH)])


def test_an_npy_keeps_its_type_and_says_which_shape_is_wrong(tmp_path):
    for plane in (DEPTH.astype(np.float64), ALPHA.astype(np.float16), WHOLE.astype(np.uint8)):
        FORMATS["npy"].write(tmp_path, [photo(plane=plane)])
        found = back("npy", tmp_path).plane
        assert found.dtype == plane.dtype
        np.testing.assert_array_equal(found, plane)
    np.save(file_of(tmp_path, ".npy"), WHOLE)
    np.testing.assert_array_equal(back("npy", tmp_path).objects[0].mask, WHOLE)
    np.save(file_of(tmp_path, ".npy"), WHOLE[None])
    with pytest.raises(DataError, match=r"take its one plane, \[0\]"):
        back("npy", tmp_path)
