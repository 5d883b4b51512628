"""What the server says of itself: version, health, plugins, formats, API schema."""
