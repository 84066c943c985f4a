"""Training: one folder a task with its recipes and its trainer, and one resumable loop."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from clickmend.training.checkpoint import Run
from clickmend.training.loop import Report, Watch, train
from clickmend.training.recipe import RECIPES, Recipe, Stage, read_recipes
from clickmend.training.trainer import Batch, Outcome, Trainer

for _module in iter_modules(__path__):
    if _module.ispkg:  # a task: the kinds of its recipes, and a file of these
        _task = import_module(f"{__name__}.{_module.name}")
        _kinds = (getattr(_task, _name) for _name in _task.__all__)
        read_recipes(Path(_task.__path__[0]) / "recipes.toml", *_kinds)

__all__ = ["RECIPES", "Batch", "Outcome", "Recipe", "Report", "Run", "Stage", "Trainer", "Watch"]
__all__ += ["train"]
