"""Files on their way from clients."""
