"""What others made: released weights, networks and compiled parts. Where they lie, whether they may be loaded, how they open.

It knows nothing of emotion, engines or judges; those who do come here instead of each writing it again.
"""
