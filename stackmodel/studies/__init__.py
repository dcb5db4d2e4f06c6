"""Many devices: comparisons of choices."""
