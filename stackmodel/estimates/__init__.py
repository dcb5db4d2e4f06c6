"""The same questions in closed form: microseconds, and how far to trust them."""
