"""Speaks to the providers of cloud storages for the API."""
