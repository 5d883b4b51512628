"""Datumaro's own format."""
