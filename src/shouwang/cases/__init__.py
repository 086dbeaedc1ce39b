"""Clue → visit → comparison → village review → publicity → township → county → monitored → eliminated."""
