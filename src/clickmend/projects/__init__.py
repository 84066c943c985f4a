"""What a labelling user keeps: projects of photos, each mark on them, and their label files."""
