"""HOW layers compose: notation, layers, interfaces, contacts, the stack and its graph, levels before contact."""
