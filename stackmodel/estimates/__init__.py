"""The same questions in closed form, in a few milliseconds, and how far to trust them."""
