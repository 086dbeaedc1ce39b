"""Runs the job queue in this process."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app


async def run(concurrency: int, poll_seconds: float, *, wait: bool = True) -> None:
    """Take jobs until the process is told to stop, or with `wait` off until none is left."""
    close_old_connections()
    worker_app = app.with_connector(app.connector.get_worker_connector())
    async with worker_app.open_async():
        await worker_app.run_worker_async(
            concurrency=concurrency, fetch_job_polling_interval=poll_seconds, wait=wait, listen_notify=wait, delete_jobs="successful",
            install_signal_handlers=wait,
        )  # fmt: skip
