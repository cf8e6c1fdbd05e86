"""Judges that generators are tuned on. What tunes never scores: see ``studio.judges.scoring``."""
