"""Cloud storages that users connect."""
