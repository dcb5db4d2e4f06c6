"""Numbers read off arrays: depletion width, and what follows."""
