"""The engine in this process: APScheduler holds a handful of fixed jobs; *when* to look is a column.

Every job is safe to run twice and to die at any line, so one process may be killed and another take over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from service.engine.boundary import attempt

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Job:
    """One thing done again and again: ``run(now)`` every so often, never twice at once."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]


class Engine:
    """Starts the jobs, and stops them when told."""

    def __init__(self, jobs: Sequence[Job], clock: Clock) -> None:
        self._clock = clock
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(max_workers=max(1, len(jobs)))},
            # APScheduler's own default drops a job that is a second late, with no more than a log line.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        for job in jobs:
            self._scheduler.add_job(
                self._run,
                "interval",
                args=[job],
                id=job.name,
                seconds=job.every.total_seconds(),
                next_run_time=clock(),
            )

    def start(self) -> None:
        """Begin; every job runs at once, then in its own rhythm."""
        self._scheduler.start()

    def stop(self) -> None:
        """Let what runs end, and start nothing more."""
        self._scheduler.shutdown(wait=True)

    def _run(self, job: Job) -> None:
        attempt(job.name, lambda: job.run(self._clock()))
