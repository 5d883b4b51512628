"""One package per family of formats, each with a `FORMATS` tuple that describes what it offers.

A package imports nothing heavy by itself: the description names the code, which is loaded when a
dataset is written or read.
"""
