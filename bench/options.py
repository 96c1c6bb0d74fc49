"""What one run is asked to measure."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """``sizes`` are numbers of gifts; ``rounds`` how often each contender has its turn."""

    engines: tuple[str, ...] = ("sqlite", "postgresql")
    sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    donors: int = 200_000
    rounds: int = 300
    threads: int = 8
    gifts_per_thread: int = 300
    folder: Path | None = None
    kept: Path | None = None
