"""The tasks: a folder each, with all that is special to one kind of prediction."""
