"""WHAT a layer is made of: materials, dots, dot films, and the library with its sources."""
