"""A drawn character: designs, how the 52 shapes move its features, and the filling of smooth outlines."""
