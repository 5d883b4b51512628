"""Pictures in archives."""
