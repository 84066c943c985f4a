"""What every room shares: errors, registry, types, settings, writing files. No torch."""
