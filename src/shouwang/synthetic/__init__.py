"""Invented counties on real divisions: for the demonstration, for tests, for benchmarks. No real person is in them."""
