"""ZIP archives, written forwards and read without trust."""
