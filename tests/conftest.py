"""What all tests share: how Hypothesis runs. A busy machine is no broken law, so nothing fails for being slow; a
failure prints the blob that has it again."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "tieline", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("tieline")
