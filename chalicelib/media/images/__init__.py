"""Photographs: headers and pixels."""
