"""What a labelling user keeps: projects of photos, every mark on them, and their labels in files."""
