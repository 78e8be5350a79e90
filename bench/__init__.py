"""Speed and memory, measured beside peers in one interleaved run: ratios, never timed assertions."""
