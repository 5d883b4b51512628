"""Dataset formats: what they are called, how they are written and read, and the routes to them.

`catalogue` has one package per family of formats; `registry` finds them; nothing else knows a
format's name. Everything but `routes` is free of AWS.
"""
