"""Supervisely's point clouds."""
