"""Neural renderers of faces: our performance handed over as pictures, and an engine that moves a portrait by it."""
