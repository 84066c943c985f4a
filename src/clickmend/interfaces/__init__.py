"""The calling conventions of other libraries over sessions: SAM's predictor, a pipeline."""
