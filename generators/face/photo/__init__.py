"""A user's own portrait, moved by the same track as the head."""
