"""Progress of long work: done, rate, time left."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

Report = Callable[[int, int, str], None]


class _Note(ProgressColumn):
    """What the work itself says of how far it is."""

    def render(self, task: Task) -> Text:
        return Text(str(task.fields.get("note", "")))


@contextmanager
def progress_bar(title: str) -> Iterator[Report]:
    """Tell how far work is on standard error; call what it yields with (done, of how many, note).

    On a terminal a bar; into a pipe or file a line now and then.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(title, console)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        _Note(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(title, total=None, note="")

        def report(done: int, total: int, note: str) -> None:
            progress.update(task, completed=done, total=total, note=note)

        yield report


LINE_EVERY_S = 10


def _lines(title: str, console: Console) -> Report:
    started = told = time.monotonic()

    def report(done: int, total: int, note: str) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= LINE_EVERY_S and done:
            told = now
            left_s = (now - started) * (total - done) / done
            console.print(
                f"{title}: {done / total:.0%}, {note}, {left_s:,.0f} s left", highlight=False, soft_wrap=True
            )

    return report
