import sys
from pathlib import Path

# Makes ``disk_points`` importable here.
sys.path.insert(0, str(Path(__file__).parent))
