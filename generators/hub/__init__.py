"""Weights of the user's choice: how they are named, what may be done with them, how they get into memory, and what moves them: directions, adapters, LoRAs."""
