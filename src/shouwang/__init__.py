"""Shouwang 守望: finds rural households at risk early and says why."""
