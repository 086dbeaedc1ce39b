"""Log lines tell what failed and where, never the values: those may be somebody's name or number."""

from __future__ import annotations

import logging
import traceback


class NoValues(logging.Filter):
    """Keeps the place of an error and drops its message, which may quote what a person or a file said."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            frames = traceback.extract_tb(error.__traceback__)[-6:]
            place = " < ".join(f"{f.filename.rsplit('/', 3)[-1]}:{f.lineno}:{f.name}" for f in reversed(frames))
            path = getattr(getattr(record, "request", None), "path", "")
            record.msg, record.args = f"{type(error).__name__} at {place} {path}", ()
            record.exc_info, record.exc_text = None, None
        return True
