"""Looking after the stored annotations: what nothing reaches is removed, what is broken is told and
repaired. `python -m chalicelib.annotations.upkeep` is the command.
"""
