"""``clickmend label``: a folder of photos, or a manifest, in; labels of all of them out."""

from clickmend.cli.label.command import label

__all__ = ["label"]
