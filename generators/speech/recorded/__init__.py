"""Recordings under the faders of the voice: emotion moved onto them, prosody laid over them, the speaker changed."""
