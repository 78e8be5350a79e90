"""One writer at a time: a lease with a fence that rises with every holder.

The lease keeps two runs apart in good weather; the fence, compared in every transaction, keeps a run that was
paused past its lease from committing over the one that took its place.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

from state.connection import WRITER, Connected
from state.errors import LeaseHeld, LeaseLost

_PREFIX = "process"


def this_process() -> str:
    """A holder's name for this process, precise enough to tell later whether it still lives on this machine."""
    pid = os.getpid()
    return "/".join((_PREFIX, socket.gethostname(), _namespace(), str(pid), _started(pid)))


def is_gone(holder: str) -> bool:
    """True when `holder` was made by `this_process` on this machine and that process has ended. A name of any other
    shape, or of another machine, is never known to be gone: its lease must run out."""
    parts = holder.split("/")
    if len(parts) != 5 or parts[0] != _PREFIX or not parts[2]:
        return False
    _, host, namespace, pid, started = parts
    if host != socket.gethostname() or namespace != _namespace():
        return False
    return not pid.isdecimal() or _started(int(pid)) != started


def _namespace() -> str:
    """The kernel's boot and process namespace, without which a process number means nothing; '' where unknown."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}-{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _started(pid: int) -> str:
    """When the process was started, in the kernel's ticks; '' when there is none. Process numbers are used again."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]


class Lease(Connected):
    """Taking, keeping and giving back the writer's lease."""

    def take_lease(self, holder: str, seconds: float) -> int:
        """Become the one writer for `seconds` (every commit prolongs it) and return the new fence.

        A lease that ran out, was given back, or whose holder is a process of this machine that has ended is
        free. Raises `LeaseHeld` otherwise, also when this very store holds it already.
        """
        with self._atomic(fenced=False):
            now = self._clock()
            row = self._first("SELECT holder, fence, expires FROM lease WHERE name = :name", {"name": WRITER})
            if row is not None and row[2] > now and not is_gone(row[0]):
                raise LeaseHeld(row[0], row[2] - now)
            fence = (row[1] if row is not None else 0) + 1
            self._run(
                "INSERT INTO lease (name, holder, fence, expires) VALUES (:name, :holder, :fence, :expires)"
                " ON CONFLICT (name) DO UPDATE"
                " SET holder = excluded.holder, fence = excluded.fence, expires = excluded.expires",
                {"name": WRITER, "holder": holder, "fence": fence, "expires": now + seconds},
            )
        self._fence, self._lease_seconds = fence, seconds
        return fence

    def renew_lease(self, seconds: float) -> None:
        """Hold the lease for `seconds` from now. Raises `LeaseLost` when it is somebody else's."""
        if self._fence is None:
            raise LeaseLost
        with self.transaction():
            self._run(
                "UPDATE lease SET expires = :expires WHERE name = :name",
                {"expires": self._clock() + seconds, "name": WRITER},
            )
        self._lease_seconds = seconds

    def release_lease(self) -> None:
        """Give the lease back, if it is still ours; the fence stays, so that it keeps rising."""
        fence, self._fence = self._fence, None
        if fence is None:
            return
        with self._atomic(fenced=False):
            self._run(
                "UPDATE lease SET expires = 0 WHERE name = :name AND fence = :fence", {"name": WRITER, "fence": fence}
            )
