"""CVAT's XML, both flavours."""
