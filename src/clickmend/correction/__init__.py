"""What a mark says of the map around it, and how far: inference over the shown map itself."""
