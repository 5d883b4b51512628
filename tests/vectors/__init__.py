"""Cases whose results are known without an implementation, for whatever implements the rules."""
