"""Tasks: what a prediction means, what a click on it asks for, and how it is measured."""
