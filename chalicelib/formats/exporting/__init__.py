"""What is exported, as formats see it, and asking for it."""
