"""Pictures and films by diffusers' pipelines: the user's own weights, steered by words and directions."""
