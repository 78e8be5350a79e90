"""CPU and memory of the hot path, beside its peers, in one interleaved run.

    python -m bench.pull [--records 10000 100000] [--rounds 5] [--out docs/performance-table.md]

Every command is a whole process tree, its user and system time taken from the operating system when it ends. The
cost of a record is the slope between the two sizes, so that start-up does not count.
"""

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
RUN = HERE / "run"
PEERS = HERE / ".peers"
PORT = 8790
DLT = ("dlt[duckdb,sqlalchemy]==1.31.0", "duckdb==2.0.0", "pyarrow==26.0.1", "sqlalchemy==2.1.9", "orjson==3.13.0")


class Cost(NamedTuple):
    """One run: CPU seconds of the process tree, wall seconds, peak MiB of the largest process."""

    cpu: float
    wall: float
    peak: float


def commands(count: int) -> dict[str, str]:
    """What is run at one size, in this order, each round."""
    ours, peer = sys.executable, PEERS / "dlt/bin/python"
    state = RUN / f"ours-{count}.db"
    return {
        "httpx + orjson, read only": f"{peer} bench/peers/floor_run.py {PORT}",
        "tieline, all changed": f"{ours} -m bench.ours {PORT} {state} --fresh",
        "tieline, all unchanged": f"{ours} -m bench.ours {PORT} {state}",
        "dlt into DuckDB": f"{peer} bench/peers/dlt_run.py {PORT} duckdb {RUN / 'dlt'}",
        "dlt into SQLite": f"{peer} bench/peers/dlt_run.py {PORT} sqlite {RUN / 'dlt'}",
    }


def run(command: str) -> Cost:
    """Run one command to its end. Raises RuntimeError when it fails: a failed run is no measurement."""
    started = time.perf_counter()
    with (RUN / "last.log").open("ab") as log:
        process = subprocess.Popen(shlex.split(command), cwd=HERE.parent, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"failed with {process.returncode}, see {RUN / 'last.log'}: {command}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - started, usage.ru_maxrss / 1024)


@contextmanager
def served(count: int) -> Iterator[None]:
    """The stand-in, with a corpus of this size."""
    path = RUN / f"cand-{count}"
    if not path.with_suffix(".idx").exists():
        subprocess.run([sys.executable, "-m", "bench.records", str(count), str(path)], check=True, cwd=HERE.parent)
    server = subprocess.Popen([sys.executable, "-m", "bench.server", str(PORT), str(path)], cwd=HERE.parent)
    time.sleep(1)
    try:
        yield
    finally:
        server.kill()
        server.wait()


def measure(sizes: Sequence[int], rounds: int) -> dict[int, dict[str, list[Cost]]]:
    """All commands at all sizes, interleaved: A B C, A B C, ..."""
    found: dict[int, dict[str, list[Cost]]] = {}
    for count in sizes:
        found[count] = {name: [] for name in commands(count)}
        with served(count):
            for number in range(rounds + 1):  # the first is a warm-up
                for name, command in commands(count).items():
                    cost = run(command)
                    if number:
                        found[count][name].append(cost)
                    print(
                        f"{count:>7} #{number} {name:28} cpu {cost.cpu:6.2f} s  peak {cost.peak:5.0f} MiB", flush=True
                    )
    return found


def table(found: dict[int, dict[str, list[Cost]]]) -> str:
    """The figures as Markdown: cost of a record by slope, ratios to ours, memory at both sizes."""
    small, large = sorted(found)
    slope = {
        name: (median(found[large][name], "cpu") - median(found[small][name], "cpu")) / (large - small) * 1000
        for name in found[large]
    }
    ours = slope["tieline, all changed"]
    lines = [
        f"| what | CPU ms a record | ratio to tieline, all changed | CPU s at {large:,} (min-max) "
        f"| peak MiB at {small:,} | at {large:,} | ratio |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, cost in slope.items():
        runs = [one.cpu for one in found[large][name]]
        low, high = median(found[small][name], "peak"), median(found[large][name], "peak")
        lines.append(
            f"| {name} | {cost:.3f} | {cost / ours:.2f} | {statistics.median(runs):.1f} "
            f"({min(runs):.1f}-{max(runs):.1f})"
            f" | {low:.0f} | {high:.0f} | {high / low:.2f} |"
        )
    return "\n".join(lines)


def median(runs: Sequence[Cost], what: str) -> float:
    """The median of one figure over the rounds."""
    return statistics.median(getattr(one, what) for one in runs)


def prepare() -> None:
    """The peer's own environment; installed once."""
    RUN.mkdir(parents=True, exist_ok=True)
    if not (PEERS / "dlt/.done").exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEERS / "dlt")], check=True)
        subprocess.run([str(PEERS / "dlt/bin/pip"), "install", "--quiet", *DLT, "httpx==0.28.1"], check=True)
        (PEERS / "dlt/.done").touch()


def main() -> None:
    """Measure and print; with --out also write the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, nargs=2, default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    prepare()
    text = table(measure(asked.records, asked.rounds))
    print("\n" + text)
    if asked.out:
        asked.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
