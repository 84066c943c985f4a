from io import BytesIO

import numpy as np
from PIL import Image

from clickmend.data.depth_files import depth_png
from clickmend.data.png_text import with_text


def test_a_text_is_read_by_others_and_the_pixels_stay():
    plain = depth_png(np.arange(12, dtype=np.float32).reshape(3, 4))
    told = Image.open(BytesIO(with_text(plain, "units_per_m", "0.1")))
    assert told.text == {"units_per_m": "0.1"}
    np.testing.assert_array_equal(np.asarray(told), np.asarray(Image.open(BytesIO(plain))))
