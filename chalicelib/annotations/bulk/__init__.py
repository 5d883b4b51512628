"""Saving more annotations than memory holds, as one revision of each job."""
