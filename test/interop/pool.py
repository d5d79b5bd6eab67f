"""Work on many cases in as many processes as there are processors, in the order of the cases."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial


def attempt_all(work, cases, folder, *, prepare):
    """What `work(case, folder)` gives for each case, or its error, by the ids of the cases; `prepare` sets a process up."""
    with ProcessPoolExecutor(initializer=prepare) as pool:
        results = pool.map(partial(attempt, work, folder=folder), cases, chunksize=16)
        return {case["id"]: result for case, result in zip(cases, results, strict=True)}


def attempt(work, case, folder):
    try:
        return work(case, folder)
    except BaseException as error:  # A panic of a codec in Rust is no Exception.
        return {"error": f"{type(error).__name__}: {error}"}
