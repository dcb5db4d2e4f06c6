"""WHO FINDS THE STATE: the solvers, from a profile on a mesh to arrays."""
