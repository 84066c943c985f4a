"""Sessions behind the interfaces of other libraries: SAM's predictor, a pipeline."""
