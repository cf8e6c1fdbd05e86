"""Drawing of the built-in head: a small software renderer in numba, a whole picture on one thread."""
