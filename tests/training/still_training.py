"""A training that says the same whatever processes share it: ``still_training.py FOLDER STEPS``.

``torchrun`` starts it in several processes. The network normalises by what it has seen, not by the
views of the step, and nothing is rounded to half precision.
"""

import json
import sys
from contextlib import contextmanager

import torch

from clickmend.cli.main import app
from clickmend.training import RECIPES, Stage, logger
from clickmend.training.interactive.curriculum import Curriculum
from clickmend.training.interactive.trainer import InteractiveRecipe, InteractiveTrainer

NAME = "still"

RECIPE = InteractiveRecipe(
    network="interactive-unet",
    network_options={"widths": (8, 8, 8, 8), "blocks": (0, 1, 1, 1), "attention_blocks": 1},
    stages=(Stage(4, 64, 4, 1e-3, 1e-4),),
    sources={"pennfudan": 0.5, "ccp": 0.5},
    curriculum=Curriculum(random_clicks_from=0.3, corrective_clicks_from=1.0),
    warmup_steps=1,
    view_px=64,
    overview_px=64,
)


def still_step(self, network, batch, *, autocast):
    network.eval()
    return step(self, network, batch, autocast=torch.autocast("cpu", enabled=False))


@contextmanager
def losses(folder):
    """In the place of TensorBoard: a line for each step, in a file of the process."""
    path = folder / "losses.jsonl"

    def record(report):
        with path.open("a") as file:
            file.write(json.dumps([report.step, report.numbers["loss"]]) + "\n")

    yield record


if __name__ == "__main__":
    torch.set_num_threads(1)
    RECIPES.register(NAME)(RECIPE)
    step, validation = InteractiveTrainer.step, InteractiveTrainer.validation
    InteractiveTrainer.step = still_step
    # One photo, so that validation is short.
    InteractiveTrainer.validation = lambda self, seed: validation(self, seed)[:1]
    logger.tensorboard = losses
    options = {"recipe": NAME, "out": sys.argv[1], "steps": sys.argv[2], "seed": 3, "workers": 0}
    words = [str(word) for name, value in options.items() for word in (f"--{name}", value)]
    app(["train", "interactive", *words, "--device", "cpu"], standalone_mode=False)
