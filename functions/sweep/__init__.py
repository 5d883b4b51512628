"""What is left to do when no request is waiting for it."""
