"""Which course a recipe is taught by."""

from __future__ import annotations

from typing import Any

from clickmend.training.course import Course
from clickmend.training.dense import DenseCourse
from clickmend.training.depth import DepthSubject
from clickmend.training.instance_recipes import MADE, InstancesRecipe, PretrainingRecipe
from clickmend.training.instances.trainer import InstancesCourse
from clickmend.training.interactive import InteractiveCourse
from clickmend.training.made_scenes import MadeScenes
from clickmend.training.matting import MattingSubject
from clickmend.training.pointed_photos import PointedPhotos
from clickmend.training.pretraining import PretrainingCourse
from clickmend.training.recipes import (
    DepthRecipe,
    InteractiveRecipe,
    MattingRecipe,
    Recipe,
    SemanticRecipe,
)
from clickmend.training.semantic import SemanticSubject


def open_course(recipe: Recipe) -> Course[Any]:
    """The course of a recipe, its training photos listed and ready to be read.

    Raises:
        DataError: A set of photos is missing.
        NotAvailableError: A library that this training needs is not installed.
    """
    match recipe:
        case InteractiveRecipe():
            return InteractiveCourse(recipe)
        case SemanticRecipe():
            return DenseCourse(recipe, SemanticSubject(recipe))
        case MattingRecipe():
            return DenseCourse(recipe, MattingSubject(recipe))
        case DepthRecipe():
            return DenseCourse(recipe, DepthSubject(recipe))
        case InstancesRecipe():
            made = MADE in recipe.sources
            source = MadeScenes(place=recipe.place) if made else PointedPhotos(recipe)
            return InstancesCourse(recipe, source)
        case PretrainingRecipe():
            return PretrainingCourse(recipe)
    raise AssertionError(f"no course teaches a {type(recipe).__name__}")
