"""The learned embedding of an emotion: one space for all media, in which names and points of VAD meet.

    inputs.py      whatever is known of an emotion → a row of numbers           numpy
    weights.py     the trained arrays as a file, and the shipped ones           numpy
    quick.py       row → embedding and tokens, for generators                   numpy
    network.py     the same network as a module that trains                     torch
    heads.py       embedding → the width of an engine, trainable alone          torch

Importing this package or the first three modules does not load torch.
"""

__all__: list[str] = []
