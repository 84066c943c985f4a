"""What napari makes of the manifest and of the three functions, on layers of its own.

``MANIFEST`` is the argument; standard output says what was found.
"""

import json
import sys
from importlib import import_module

import magicgui
import numpy as np
from magicgui import magicgui as form_of
from napari.components import ViewerModel
from npe2 import PluginManifest

from clickmend.server import napari_layers

manifest = PluginManifest.from_file(sys.argv[1])
manifest.validate_imports()
magicgui.use_app("qt")
forms = {}
for command in manifest.contributions.commands:
    module, _, name = command.python_name.partition(":")
    form = form_of(getattr(import_module(module), name))
    forms[command.id] = {one.name: one.widget_type for one in form}

rows, columns = np.indices((96, 128))
inside = np.hypot(columns - 64, rows - 48) < 25
photo = np.where(inside[..., None], (220, 60, 40), (30, 90, 160)).astype(np.uint8)
viewer = ViewerModel()
picture = viewer.add_image(photo, name="photo", rgb=True)
labels = viewer.add_labels(np.where(rows < 10, 7, 0).astype(np.int32), name="labels")
clicks = viewer.add_points(
    [[48, 64], [16, 20]], features={"positive": [True, False]}, name="clicks"
)
napari_layers.mend_labels(picture, labels, clicks, label=2)
found = np.asarray(labels.data)

alpha = viewer.add_image(inside.astype(np.float32), name="alpha")
says = viewer.add_points([[48, 64]], features={"value": [0.25]}, name="says")
napari_layers.mend_alpha(picture, alpha, says)

json.dump(
    {
        "name": manifest.name,
        "widgets": [one.display_name for one in manifest.contributions.widgets],
        "forms": forms,
        "overlap": float((inside & (found == 2)).sum() / (inside | (found == 2)).sum()),
        "others": bool((found[rows < 10] == 7).all()),
        "alpha": float(np.asarray(alpha.data)[48, 64]),
    },
    sys.stdout,
)
