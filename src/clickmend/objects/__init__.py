"""Several objects: all of one photo, or those that are followed through a sequence."""
