"""Pure measures on sounds, scores and pictures."""
