"""One synced pair for all journeys of a module: every test brings people of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.journey_pair import Pair, tied_pair


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with tied_pair(tmp_path_factory.mktemp("journey")) as made:
        yield made


@pytest.fixture
def pair(synced: Pair) -> Pair:
    synced.mark()
    return synced
