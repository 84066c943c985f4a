"""Training of masks from points: what a point teaches, and the losses that teach it."""
