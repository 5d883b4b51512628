"""The API and the domain of Skylabel, one package per domain."""
