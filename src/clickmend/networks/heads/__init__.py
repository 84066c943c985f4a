"""The last layers of a network: classifiers, detectors, votes."""
