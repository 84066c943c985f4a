"""What every room shares: errors, registry, types, settings. Imports no torch."""
