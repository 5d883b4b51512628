"""Users, sessions, access tokens, workspaces and permissions."""
