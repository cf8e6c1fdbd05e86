"""Judges that score: the scorecard, the benchmark and the sense of a user's own media read with them.

No generator is tuned on what they say. Their training speakers, songs and pictures are others than those of
``studio.judges.tuning`` and so are the features that they read.
"""
