"""On what a benchmark ran."""

import os
import platform
from pathlib import Path

from django.db import connection


def describe() -> list[tuple[str, str]]:
    """Return the facts that a value depends on, as (name, value)."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = str(cursor.fetchone()[0])
        cursor.execute("SHOW fsync")
        fsync = str(cursor.fetchone()[0])
    return [
        ("Processor", _from("/proc/cpuinfo", "model name") or platform.machine()),
        ("Cores", str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())),
        ("Memory", _memory()),
        ("Python", platform.python_version()),
        ("PostgreSQL", f"{server.split()[0]}, fsync {fsync}"),
        ("System", f"{platform.system()} {platform.release().split('-')[0]}"),
    ]


def _memory() -> str:
    kilobytes = _from("/proc/meminfo", "MemTotal").split()
    return f"{int(kilobytes[0]) / 1024 / 1024:.1f} GB" if kilobytes else "unknown"


def _from(path: str, name: str) -> str:
    """A value of one of the system's `name : value` files; empty elsewhere."""
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
