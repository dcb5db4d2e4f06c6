"""HOW layers compose: notation, layers, interfaces, contacts, the stack and its graph, levels before contact."""

# A layer divided by a layer is a stack, so the stack is loaded with any part of the room.
from stackmodel.structure import stack as stack
