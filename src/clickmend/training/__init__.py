"""Training: one folder a task with its recipes and its trainer, and one resumable loop."""

from importlib import import_module
from pkgutil import iter_modules

from clickmend.training.checkpoint import Run
from clickmend.training.loop import Report, Watch, train
from clickmend.training.recipe import RECIPES, Recipe, Stage
from clickmend.training.trainer import Batch, Outcome, Trainer

for _module in iter_modules(__path__):
    if _module.ispkg:  # a task, which registers its recipes
        import_module(f"{__name__}.{_module.name}")

__all__ = ["RECIPES", "Batch", "Outcome", "Recipe", "Report", "Run", "Stage", "Trainer", "Watch"]
__all__ += ["train"]
