"""From the maps of a backbone to one map as fine as asked."""
