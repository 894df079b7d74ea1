"""Progress of long work on a terminal: done, rate, time left; silent where nobody looks."""

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
    """A bar on standard error; call what it yields with (done, of how many, note)."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        _Note(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=None, note="")

        def report(done: int, total: int, note: str) -> None:
            progress.update(task, completed=done, total=total, note=note)

        yield report
