"""The flows on a schedule: the cycle every few minutes, and every id compared once a night."""

from __future__ import annotations

from datetime import timedelta

from prefect import serve as hold
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

from flows.work import cycle, reconcile

NIGHTLY = "15 3 * * *"
# A run that comes while another is under way is not worth waiting for: the one under way does its work. (The lease
# in the state would turn it away too; this only keeps the window tidy.)
ALONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


def deployments(config: str, minutes: int) -> tuple[RunnerDeployment, RunnerDeployment]:
    """Both schedules. `config` is an absolute path: it is read by whichever process runs the flow."""
    often = RunnerDeployment.from_flow(
        cycle,
        f"every-{minutes}-minutes",
        interval=timedelta(minutes=minutes),
        parameters={"config": config},
        concurrency_limit=ALONE,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    nightly = RunnerDeployment.from_flow(
        reconcile,
        "nightly",
        cron=NIGHTLY,
        parameters={"config": config},
        concurrency_limit=ALONE,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return often, nightly


def serve(config: str, minutes: int) -> None:
    """Run them as the server says until the process is ended."""
    hold(*deployments(config, minutes), limit=1)
