"""The peers in Python, one by the argument. Answers as arrays.mjs does.

A step `make` writes an array with the values of values.py, by TensorStore.
"""

import json
import os
import resource
import shutil
import sys
import time
import warnings
from pathlib import Path

import numpy
from peers import Missing, TensorStore, ZarrPython
from values import values_at, wrong_value


class Job:
    """`run` is timed, `before` is not; `wrong` looks at what `run` gave."""

    def __init__(self, run, wrong=lambda _: None, before=lambda: None) -> None:
        self.run, self.wrong, self.before = run, wrong, before


def job_of(library, work: dict) -> Job:
    action = work["action"]
    array = work.get("array")
    if action == "openGroup":
        group = work["group"]

        def wrong_count(count: int) -> str | None:
            return None if count == group["count"] else f"expected {group['count']} arrays, got {count}"

        return Job(lambda: library.open_group(work["folder"], group["count"], group["consolidated"]), wrong_count)
    start = [0] * len(array["shape"])

    def wrong(data) -> str | None:
        return wrong_value(array["values"], start, array["shape"], data)

    if action == "write":
        data = values_at(array["values"], start, array["shape"])
        return writing(library, work, lambda: data)
    opened = library.open(store_of(library, work))
    if action == "copy":
        return writing(library, work, lambda: library.read(opened))
    if action == "read":
        return Job(lambda: library.read(opened), wrong)
    if action == "readInto":
        out = numpy.ones(array["shape"], "u2")
        return Job(lambda: library.read_into(opened, out), lambda _: wrong(out))
    return windows_job(library, work, opened)


def writing(library, work: dict, data) -> Job:
    target = []

    def before() -> None:
        target[:] = [library.open(library.files(emptied(work["target"])))]

    return Job(lambda: library.write(target[0], data()), before=before)


def windows_job(library, work: dict, opened) -> Job:
    values, windows = work["array"]["values"], work["windows"]
    shape = windows["shape"]
    places = [tuple(slice(a, a + b) for a, b in zip(start, shape)) for start in windows["starts"]]
    found = []

    def check(place, data) -> None:
        what = wrong_value(values, [axis.start for axis in place], shape, data)
        if what is not None:
            found.append(what)

    def nothing(place, data) -> None:
        pass

    # The first time everything is looked at, so that no window has to be kept.
    uses = [check]

    def wrong(_) -> str | None:
        uses[0] = nothing
        return found[0] if found else None

    return Job(lambda: library.read_windows(opened, places, work["inFlight"], uses[0]), wrong)


def store_of(library, work: dict):
    folder = work["folder"]
    if work["where"] == "files":
        return library.files(folder)
    paths = [path for path in Path(folder).rglob("*") if path.is_file()]
    return library.memory({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})


def emptied(folder: str) -> str:
    """The folder of an array to be written, with nothing in it but its metadata."""
    target = os.path.join(folder, "array")
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)
    shutil.copy(os.path.join(folder, "zarr.json"), target)
    return target


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident_bytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def timed(job: Job, seconds: float) -> dict:
    times, cpu = [], 0.0
    watched = os.path.exists("/proc/self/clear_refs")
    if watched:
        # Forgets the peak of what was before.
        Path("/proc/self/clear_refs").write_text("5")
        memory = resident_bytes("VmRSS")
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        job.before()
        cpu_before, start = cpu_seconds(), time.perf_counter()
        job.result = job.run()
        times.append(time.perf_counter() - start)
        cpu += cpu_seconds() - cpu_before
        if time.perf_counter() < end:
            job.result = None
    times.sort()
    peak = {"peakBytes": resident_bytes("VmHWM") - memory} if watched else {}
    return {"kind": "timed", "seconds": times[len(times) // 2], "cpuSeconds": cpu / len(times), **peak}


def judged(job: Job, result, answer: dict) -> dict:
    what = job.wrong(result)
    return answer if what is None else {"kind": "wrong", "what": what}


def make(work: dict) -> dict:
    library, array = TensorStore(), work["array"]
    store = library.open(library.files(work["folder"]))
    shape = array["shape"]
    step = max(1, array["metadata"]["chunk_grid"]["configuration"]["chunk_shape"][0])
    # By rows of chunks, so that not all of it is there at once.
    step *= max(1, 2**24 * shape[0] // numpy.prod(shape) // step)
    for first in range(0, shape[0], step):
        part = [min(step, shape[0] - first), *shape[1:]]
        store[first : first + part[0]] = values_at(array["values"], [first] + [0] * (len(shape) - 1), part)
    return {"kind": "made"}


class Participant:
    def __init__(self, name: str) -> None:
        self.library = TensorStore() if name == "tensorstore" else ZarrPython(name)
        self.job = None

    def answer(self, task: dict) -> dict:
        step, work = task["step"], task.get("work")
        if step == "versions":
            return {"kind": "versions", "versions": self.library.versions()}
        if step == "make":
            return make(work)
        if step == "prepare":
            self.job = job_of(self.library, work)
            self.job.before()
            start = time.perf_counter()
            result = self.job.run()
            return judged(self.job, result, {"kind": "ready", "seconds": time.perf_counter() - start})
        if step == "time":
            answer = timed(self.job, task["seconds"])
            self.job.result = None
            return answer
        if step == "once":
            job = job_of(self.library, work)
            answer = timed(job, 0)
            return judged(job, job.result, answer)
        self.job = None
        return {"kind": "ended"}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    participant = Participant(sys.argv[1])
    for line in sys.stdin:
        try:
            reply = participant.answer(json.loads(line))
        except Missing as error:
            reply = {"kind": "missing", "what": str(error)}
        except Exception as error:
            reply = {"kind": "failed", "what": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)
