"""What the frame of every page shows."""
from __future__ import annotations
def frame(request): return {}
