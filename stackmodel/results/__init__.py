"""Frozen answers with units; they know no stack and carry what made them as data."""
