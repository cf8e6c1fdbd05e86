"""Scripts that run in the user's own installation of a library, never in the studio's; each imports its library when it is started."""
