"""Benchmarks: each prints ratios measured in one run, with the limit that it is compared to."""
