"""Recordings of people: opened, given another emotion, likened to another clip, or said by somebody else, with a record."""
