"""Judges that read emotion from media; trained on people, they know nothing of the generators."""
