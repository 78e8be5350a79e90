"""`python -m tests.kill --points 200 --seed 1`: die at so many points of two scenarios and print a table. Exit 1 when
anything was doubled or lost, or a world did not come to rest."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.kill.kill_child import KINDS
from tests.kill.kill_trial import Scenario, Trial, choose, die, people_act, refer


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=30)
    given = parser.parse_args()
    scenarios = (
        (Scenario("first import", given.people, given.seed), given.points - given.points // 3),
        (Scenario("people act", max(14, given.people // 2), given.seed, people_act), given.points // 3),
    )
    wrong = 0
    for scenario, count in scenarios:
        wrong += _try(scenario, count, given.seed)
    return 1 if wrong else 0


def _try(scenario: Scenario, count: int, seed: int) -> int:
    began = time.monotonic()
    trials: list[Trial] = []
    with tempfile.TemporaryDirectory() as folder:
        reference = refer(scenario, Path(folder))
        there = sum(reference.points.values())
        print(f"{scenario.name}: {scenario.people} people, {there} points", flush=True)
        for point in choose(reference, count, seed):
            trial = die(scenario, reference, point, Path(folder))
            trials.append(trial)
            if not trial.good:
                print(f"  {point.kind} {point.number}: quiet {trial.quiet}", flush=True)
                for what in (*(f"+ {one}" for one in trial.doubled), *(f"- {one}" for one in trial.lost)):
                    print(f"    {what}", flush=True)
    _table(trials, time.monotonic() - began)
    return sum(not one.good for one in trials)


def _table(trials: list[Trial], seconds: float) -> None:
    print(f"{'point':<16}{'tried':>7}{'died':>7}{'doubled':>9}{'lost':>6}{'not quiet':>11}{'runs':>6}")
    for kind in KINDS:
        mine = [one for one in trials if one.point.kind == kind]
        print(_line(kind, mine))
    print(_line("all", trials))
    runs = Counter(one.runs for one in trials)
    told = ", ".join(f"{count} after {number}" for number, count in sorted(runs.items()))
    print(f"syncs until quiet: {told}; {seconds:.0f} s\n", flush=True)


def _line(name: str, mine: list[Trial]) -> str:
    died, doubled = sum(one.died for one in mine), sum(bool(one.doubled) for one in mine)
    lost, restless = sum(bool(one.lost) for one in mine), sum(not one.quiet for one in mine)
    most = max((one.runs for one in mine), default=0)
    return f"{name:<16}{len(mine):>7}{died:>7}{doubled:>9}{lost:>6}{restless:>11}{most:>6}"


if __name__ == "__main__":
    sys.exit(main())
