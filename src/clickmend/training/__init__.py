"""Training: recipes, scenes, views, the click curriculum and a resumable loop."""

from clickmend.training.loop import Report, Watch, train
from clickmend.training.recipes import RECIPES, InteractiveRecipe
from clickmend.training.run import Run
from clickmend.training.scenes import Scenes

__all__ = ["RECIPES", "InteractiveRecipe", "Report", "Run", "Scenes", "Watch", "train"]
