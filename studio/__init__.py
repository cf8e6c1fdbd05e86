"""Scripts in, films out: the studio joins generators, mixing, judges, the command line and the page."""
