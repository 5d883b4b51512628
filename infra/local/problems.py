"""What can stop the server from starting, said in one sentence that tells what to do."""

from __future__ import annotations


class StartupProblem(Exception):
    """Ends the start. Its message is all that the person at the terminal sees."""
