"""How much is annotated, by label, shape, source and frame, without reading the annotations."""
