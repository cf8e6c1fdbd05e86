"""Drawing of the built-in head: a small software renderer in numba, one picture at a time, its rows on two threads."""
