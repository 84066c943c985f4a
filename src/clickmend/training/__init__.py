"""Training: recipes, courses of all tasks, and one resumable loop."""

from clickmend.training.catalogue import RECIPES
from clickmend.training.course import Course, Outcome
from clickmend.training.courses import open_course
from clickmend.training.loop import Report, Watch, train
from clickmend.training.recipes import InteractiveRecipe, Recipe
from clickmend.training.run import Run

__all__ = [
    "RECIPES",
    "Course",
    "InteractiveRecipe",
    "Outcome",
    "Recipe",
    "Report",
    "Run",
    "Watch",
    "open_course",
    "train",
]
