"""Work that is quick: a photo's number is squared. Run as a program it is a job to be killed.

python made_work.py IN OUT ENGINE JOBS SECONDS
"""

import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from clickmend.core.addresses import place_at
from clickmend.core.errors import ImageError
from clickmend.core.files import write_atomically
from clickmend.jobs import ENGINES, Item, Result, Work, run_job


@dataclass
class Squares(Work):
    """Squares numbers, and notes in ``diary`` each time that it has done one.

    ``seconds`` go by at each item. What stands in a photo may also be "bad", "odd" or "killer".
    ``together`` items are under way at once, of which each waits for the others where ``meets``.
    """

    diary: str
    seconds: float = 0.0
    power: int = 2
    together: int = 1
    meets: bool = False
    expected = (ImageError,)

    @property
    def at_once(self):
        return self.together

    def common(self):
        return {"power": self.power}

    def do(self, item):
        if self.meets:
            meeting(self.together).wait(timeout=60)
        text = place_at(item.inputs["photo"]).read_bytes().decode()
        if text == "bad":
            raise ImageError(f"{item.name} is bad.\nVery bad.")
        if text == "odd":
            raise ZeroDivisionError("by nought")
        if text == "killer":
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(self.seconds)
        number = int(text) ** self.power + item.asked.get("plus", 0)
        with Path(self.diary).open("a") as diary:
            diary.write(f"{item.name}\n")
        content = str(number).encode() if item.output else None
        return Result({"number": number}, item.asked.get("wrong"), content)


MEETINGS = {}
"""Of this process; what Ray sends of a script it sends by value, and barriers cannot be sent."""


def meeting(count):
    """Where so many threads of this process wait for each other."""
    return MEETINGS.setdefault(count, threading.Barrier(count))


class Unstartable(Squares):
    """Fails, or ends its process, before anything is done."""

    def start(self):
        if self.power == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        raise ImageError("no weights")


def items_of(folder, out, **asked):
    """One item for each file of a folder, in the order of their names."""
    return [
        Item(path.name, {"photo": str(path)}, asked, str(out / f"{path.stem}.txt"))
        for path in sorted(folder.iterdir())
    ]


def main(folder, out, engine, jobs, seconds, **more):
    """Run a job to its end."""
    folder, out = Path(folder), Path(out)
    work = Squares(str(out.parent / "diary"), float(seconds))
    lines = []
    run_job(
        items_of(folder, out),
        work,
        out.parent / "kept",
        engine=ENGINES[engine](jobs=int(jobs)),
        results=out,
        each=lambda item, line: lines.append(f"{item.name} {line['record']}\n"),
        **more,
    )
    write_atomically(out.parent / "merged", "".join(lines).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
