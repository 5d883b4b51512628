"""The seams between the domains and the outside: one way to do each thing."""
