"""Makes ``disk_scenes`` and ``made_ray`` importable here and in workers, which inherit the path."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "jobs")]
