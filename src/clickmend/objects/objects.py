"""All objects of one photo: masks from points or a prior, corrected one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from clickmend.adapters.pretrained import model_of
from clickmend.core.errors import ClickError, OptionError
from clickmend.core.types import Labels, Mask
from clickmend.data.photos import read_photo
from clickmend.data.planes import PixelSource
from clickmend.feedback.marks import Click, Mark
from clickmend.networks import Model, with_online
from clickmend.objects.editing import Editing
from clickmend.tasks.instances.collection import Collection, marks_of
from clickmend.tasks.instances.entries import (
    Action,
    Added,
    Entry,
    Found,
    Mended,
    Removed,
    State,
)
from clickmend.tasks.instances.finder import Finder
from clickmend.tasks.instances.found import new_masks
from clickmend.tasks.instances.from_points import (
    FINDER,
    check_labels,
    check_options,
    class_names,
    read_label,
    read_points,
)
from clickmend.tasks.instances.given import read_objects
from clickmend.tasks.instances.network_refinement import NetworkRefinement
from clickmend.tasks.instances.prediction import InstancesPrediction
from clickmend.tasks.patches import Patch
from clickmend.tasks.refine import NO_REFINEMENT, Refine
from clickmend.tasks.registry import default_task


class Objects(Editing):
    """The objects of one photo, each with a mask, a point, a label and its marks.

    The masks are those of ``instances`` for the points, or those of ``prior``. A point that is
    added later is segmented by itself, together with the object that had its pixel. An object is
    corrected as by a ``Session`` with its mask as prior; marks on other objects count as
    background. Masks do not overlap. A pixel goes to the object that was added or corrected last,
    with three exceptions: among masks from points the one with the highest score gets it; a point
    takes no pixel from a mask of ``prior`` that does not contain it; and protected objects lose
    none. An object that lost pixels is corrected further from what remains.

    Objects have keys, from 1 or the ids of ``prior``, which are never reused and are the ids in
    files. In ``prediction`` the objects are numbered from 1 in the order of their keys.

    Args:
        image: Path, file content, PIL image or RGB array ``(H, W, 3)`` uint8.
        points: (x, y) of the first objects, ``(K, 2)``.
        labels: Their labels, or those of the prior's objects.
        prior: Masks to start from instead of points: bool ``(K, H, W)``, ids as array, NPY or
            picture, or COCO instances; see ``read_objects``. Where two overlap, the smaller one
            gets the pixel.
        model: The network for corrections: name or card of the weights of an interactive network,
            or a loaded model; by default the shipped weights.
        finder: The network that finds and refines masks from points, likewise; by default that of
            ``clickmend.instances``.
        method: How parts are found, as for ``instances``.
        finish: Likewise.
        refine: The G-BRS refinement of the clicks and of the finish; none when left out.
        adapt_keys: Iterations of key adaptation, as for ``Session``.
        propagate: Iterations of value propagation, likewise.
        seed: Seed of the samples for the prototypes.
        device: "cpu", "cuda", …; chosen automatically when left out.
        file_name: File name of the photo for COCO; that of the path when left out.

    Raises:
        ImageError: The photo cannot be read.
        ClickError: A point lies outside the photo.
        ModelError: No such weights, or the network is not an interactive one.
        PriorError: The prior cannot be read or has another size.
        OptionError: Both points and a prior are given, the number of labels is wrong, or an option
            is unknown or not supported by the network.

    Example:
        >>> objects = cm.Objects(photo, [(220, 120)], labels=["cat"])
        >>> objects.prediction.masks.shape
        (1, 300, 451)
        >>> objects.add([(20, 20)], labels=["sofa"])
        (2,)
        >>> objects.prediction.labels
        ('cat', 'sofa')
    """

    undone = (
        "a point, a mask, a label, a removal, a merge, a split, a protection, a mark or a reset"
    )

    def __init__(
        self,
        image: str | Path | bytes | Image.Image | NDArray[np.uint8],
        points: ArrayLike | None = None,
        labels: Sequence[str | int | None] | None = None,
        *,
        prior: PixelSource | None = None,
        model: str | Path | Model | None = None,
        finder: str | Path | Model | None = None,
        method: str = "shift",
        finish: str = "network",
        refine: str | Refine | None = None,
        adapt_keys: int = 0,
        propagate: int = 0,
        seed: int = 0,
        device: str | None = None,
        file_name: str | None = None,
    ) -> None:
        model = _interactive(model or default_task().weights_for(prior=True), device)
        finding = _interactive(finder or FINDER, device)
        self._model = with_online(model, adapt_keys=adapt_keys, propagate=propagate)
        self.photo = read_photo(image)
        self.size = (self.photo.shape[1], self.photo.shape[0])
        given = Path(image).name if isinstance(image, str | Path) else ""
        self.file_name = given if file_name is None else file_name
        self._mending = _refine(refine or default_task().default_refine(model.card, prior=True))
        self._finishing = _refine((refine if finish == "network" else None) or NO_REFINEMENT)
        check_options(method, finish, self._finishing, seed=seed)
        refinement = (
            NetworkRefinement(self.photo, finding, self._finishing) if finish == "network" else None
        )
        found_by = Finder(self.photo, finding, refinement, method=method, seed=seed)
        self._collection = Collection(self.photo, self._model, self._mending, found_by)
        super().__init__(State())
        self._shown: tuple[State, InstancesPrediction] | None = None
        self._ahead: tuple[State, Action, State] | None = None
        if prior is not None:
            super().__init__(self._begun(prior, points, labels))
        elif points is not None:
            self._added(points, labels, together=True)
            super().__init__(self._state)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The current objects, in the order of their keys."""
        return self._state.entries

    @property
    def feedback(self) -> tuple[Mark, ...]:
        """The points as clicks with their labels, then the other marks."""
        return tuple(mark for _, mark in marks_of(self._state))

    @property
    def prediction(self) -> InstancesPrediction:
        """The masks of all objects, computed on first access."""
        state = self._state
        if self._shown is None or self._shown[0] is not state:
            self._shown = (state, self._predicted(state, self._collection.index(state)))
        return self._shown[1]

    @property
    def unmended(self) -> InstancesPrediction:
        """The masks of the prior or of the points, without the corrections by marks."""
        return self._predicted(self._state, self._collection.unmended(self._state))

    def uncertainty(self) -> float | None:
        """Largest disagreement of the network with any mask of the prior.

        See ``Session.uncertainty``; ``None`` without a prior.
        """
        return self._collection.uncertainty(self._state)

    def add(
        self, points: ArrayLike, labels: Sequence[str | int | None] | None = None
    ) -> tuple[int, ...]:
        """Add an object for each point, as one action.

        Args:
            points: (x, y) of each, pixels of the photo, ``(K, 2)``.
            labels: What each is; ``None`` where that is not known.

        Returns:
            Their keys.

        Raises:
            ClickError: A point lies outside the photo, or in an object that is protected.
            OptionError: There are no points, or the number of labels is wrong.
        """
        return self._added(points, labels, together=False)

    def add_masks(
        self, masks: Mask, labels: Sequence[str | int | None] | None = None
    ) -> tuple[int, ...]:
        """Add an object for each new mask, such as those of ``detect``, as one action.

        Existing objects keep their pixels; where the new masks overlap, the first one gets the
        pixel. A mask that keeps less than half of its pixels counts as an existing object and is
        not added.

        Args:
            masks: Bool ``(K, H, W)``, in order of decreasing confidence.
            labels: What each is; ``None`` where that is not known.

        Returns:
            The keys of the added objects; without any there is no action.

        Raises:
            OptionError: They are not masks of this photo, or the number of labels is wrong.
        """
        names = [None] * len(masks) if labels is None else labels
        check_labels(names, count=len(masks), of="masks")
        first, action = (
            self._state.next_key,
            Found(self._patches(masks), tuple(map(read_label, names))),
        )
        state = self._collection.after(self._state, action)
        if state.next_key > first:
            self._append(state)
        return tuple(range(first, state.next_key))

    def are_new(self, masks: Mask) -> list[bool]:
        """Whether each of the masks would be added by ``add_masks``.

        Raises:
            OptionError: They are no masks of this photo.
        """
        index = self._collection.index(self._state)
        new = {number for number, _ in new_masks(self._patches(masks), index)}
        return [number in new for number in range(len(masks))]

    def mend(
        self,
        key: int,
        mark: Mark,
        *,
        meanwhile: Callable[[InstancesPrediction], object] | None = None,
    ) -> InstancesPrediction:
        """Correct an object by a click, a stroke or a tool, as in the task "interactive".

        Marks on other objects count as background for this one.

        Args:
            key: Of the object.
            mark: In pixels of the photo.
            meanwhile: Called with an intermediate prediction before a refinement optimises
                variables for the mark; see ``Session.add``.

        Raises:
            OptionError: There is no such object.
            ClickError: The mark is not valid there, or its object or position is protected.
        """
        state, action = self._state, Mended(key, mark)
        told = None if meanwhile is None else lambda index: meanwhile(self._predicted(state, index))
        found = self._previewed(action) or self._collection.mended(state, action, meanwhile=told)
        self._append(found)
        return self.prediction

    def preview(self, mark: Mark, key: int | None = None) -> InstancesPrediction:
        """The prediction that a mark would lead to; the objects do not change.

        Adding the same point, or mending by the same mark, next reuses this prediction.

        Args:
            mark: As for ``mend``; without a key a click at the point of a new object, with its
                label.
            key: The object to correct; a new one when left out.

        Returns:
            The prediction; a new object is the last one.

        Raises:
            OptionError: There is no such object.
            ClickError: The mark is not valid there, its object or position is protected, or without
                a key it is not a click.

        Example:
            >>> objects = cm.Objects(photo, [(220, 120)])
            >>> len(objects.preview(cm.Click(20, 20)).masks), len(objects.entries)
            (2, 1)
        """
        if key is not None:
            action: Action = Mended(key, mark)
        elif isinstance(mark, Click):
            action = Added(((mark.x, mark.y),), (read_label(mark.label),))
        else:
            raise ClickError(
                "A mark other than a click is previewed on an object. Give the key of the object."
            )
        state = self._previewed(action) or self._collection.after(self._state, action)
        self._ahead = (self._state, action, state)
        return self._predicted(state, self._collection.index_ahead(state))

    def remove_mark(self, n: int) -> None:
        """Remove the ``n``-th mark of ``feedback``, counted from 1; a point with its object.

        The objects become those of the other actions alone.

        Raises:
            OptionError: There is no such mark.
        """
        self._append(self._collection.without(self._state, n))

    def replace_mark(self, n: int, mark: Mark) -> None:
        """Replace a mark by another, such as the same at another place.

        Args:
            n: As for ``remove_mark``.
            mark: The new mark. A click instead of a point moves it, and its label, if any,
                becomes the label of the object.

        Raises:
            OptionError: There is no such mark.
            ClickError: The mark, or a later one, is not valid then.
        """
        self._append(self._collection.without(self._state, n, mark))

    def reset(self) -> None:
        """Remove all objects. Can be undone."""
        if self.entries:
            self._do(Removed())

    def _patches(self, masks: Mask) -> tuple[Patch, ...]:
        width, height = self.size
        masks = np.asarray(masks)
        if masks.dtype != np.bool_ or masks.shape[1:] != (height, width):
            raise OptionError(
                f"The masks have dtype {masks.dtype} and shape {masks.shape}. Allowed is a bool "
                f"array of shape (K, H, W) = (K, {height}, {width}); make one by a comparison, "
                "such as scores > 0.5."
            )
        return tuple(Patch.where(mask) for mask in masks)

    def _added(
        self, points: ArrayLike, labels: Sequence[str | int | None] | None, *, together: bool
    ) -> tuple[int, ...]:
        places = read_points(points)
        names = [None] * len(places) if labels is None else labels
        check_labels(names, count=len(places))
        first = self._state.next_key
        self._do(Added(places, tuple(read_label(name) for name in names), together))
        return tuple(range(first, first + len(places)))

    def _do(self, action: Action) -> None:
        self._append(self._previewed(action) or self._collection.after(self._state, action))

    def _previewed(self, action: Action) -> State | None:
        """The state after an action if it was previewed last."""
        if self._ahead is None or self._ahead[0] is not self._state or self._ahead[1] != action:
            return None
        return self._ahead[2]

    def _begun(
        self,
        prior: PixelSource,
        points: ArrayLike | None,
        labels: Sequence[str | int | None] | None,
    ) -> State:
        """The objects of a prior."""
        if points is not None:
            raise OptionError(
                "Both points and a prior are given. Objects start from one of them; leave points= "
                "out and add the points afterwards with add."
            )
        given = read_objects(prior, size=self.size, labels=labels, file_name=self.file_name)
        entries = (Entry(one.id, one.point, one.label, 0, given=one.mask) for one in given)
        return State(tuple(entries), 1 + max((one.id for one in given), default=0))

    def _predicted(self, state: State, index: Labels) -> InstancesPrediction:
        return InstancesPrediction(
            index,
            tuple(entry.point for entry in state.entries),
            class_names([entry.label for entry in state.entries]),
            self.file_name,
            ids=tuple(entry.key for entry in state.entries),
        )


def _interactive(given: str | Path | Model, device: str | None) -> Model:
    """The model, checked to be an interactive network."""
    model = model_of(given, device=device)
    _ = model.encoding  # refuses any other
    return model


def _refine(given: str | Refine) -> Refine:
    return given if isinstance(given, Refine) else Refine(given)
