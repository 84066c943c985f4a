"""What Label Studio asks of a model, in the shapes that its server sends."""

PREDICT = "/label-studio/predict"


def config(tag="BrushLabels", labels=("Banana", "Apple")):
    inside = "".join(f'<Label value="{label}"/>' for label in labels)
    return (
        f'<View><Image name="image" value="$image"/><{tag} name="tag" toName="image">{inside}'
        f'</{tag}><KeyPointLabels name="tag2" toName="image" smart="true">{inside}'
        "</KeyPointLabels></View>"
    )


def keypoint(x, y, *, beside=None, within=None, label="Banana", kind="keypointlabels"):
    """A click at (x, y), pixels of 80×60."""
    value = {"x": x / 0.8, "y": y / 0.6, "width": 0.32, "labels": [label], kind: [label]}
    region = {
        "id": "fBWv1t0S2L",
        "from_name": "tag2",
        "to_name": "image",
        "type": kind,
        "origin": "manual",
        "original_width": 80,
        "original_height": 60,
        "image_rotation": 0,
        "value": value,
    }
    if beside is not None:
        region["is_positive"] = beside
    if within is not None:
        value["positive"] = within
    return region
