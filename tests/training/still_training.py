"""A training that says the same whatever processes share it: ``still_training.py FOLDER STEPS``.

``torchrun`` starts it in several processes. The network normalises by what it has seen, not by the
views of the step, and nothing is rounded to half precision.
"""

import json
import sys
from pathlib import Path

import torch

from clickmend import training
from clickmend.cli.train import train_network
from clickmend.training import RECIPES, InteractiveRecipe, board
from clickmend.training.interactive import InteractiveCourse
from clickmend.training.recipes import Curriculum, Stage

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


class StillCourse(InteractiveCourse):
    """As said above; one photo is kept back, so that validation is short."""

    def step(self, network, batch, *, autocast):
        network.eval()
        return super().step(network, batch, autocast=torch.autocast("cpu", enabled=False))

    def kept_back(self, seed):
        return super().kept_back(seed)[:1]


class Losses:
    """In the place of the board: a line for each step, in a file of the process."""

    def __init__(self, folder):
        self.path = folder / "losses.jsonl"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def record(self, report):
        with self.path.open("a") as file:
            file.write(json.dumps([report.step, report.numbers["loss"]]) + "\n")


def run(folder: Path, steps: int) -> None:
    train_network(
        "interactive",
        NAME,
        folder,
        start=None,
        seed=3,
        workers=0,
        steps=steps,
        minutes=None,
        validate_every=100,
        device="cpu",
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    RECIPES.register(NAME)(RECIPE)
    training.open_course = StillCourse
    board.Board = Losses
    run(Path(sys.argv[1]), int(sys.argv[2]))
