"""What a labelling user keeps: photos with their labels, in every format that they come in."""
