"""Where tracks are between their keyframes."""
