"""`/api/v1`: by program all that the pages do, with the same rights, territory, audit and domain calls."""

from __future__ import annotations

from shouwang.home import api_cases, api_files, api_households, api_oversight, api_signals
from shouwang.home.api_kit import api

ENDPOINTS = (api_households, api_files, api_signals, api_cases, api_oversight)
__all__ = ["ENDPOINTS", "api"]
