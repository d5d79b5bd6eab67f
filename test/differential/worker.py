"""zarr-python's side: executes steps on its own folder and says what came of them. One JSON request a line on standard
input, one answer a line on standard output."""

import json
import sys
import warnings
from pathlib import Path

# The notation of scalars is the interop scripts' own; this folder comes before theirs.
sys.path.append(str(Path(__file__).parent.parent / "interop"))

import numpy as np  # noqa: E402
import zarr  # noqa: E402
from description import describe  # noqa: E402
from steps import STEPS, OtherKind, Session  # noqa: E402


def main():
    answers = sys.stdout
    sys.stdout = sys.stderr
    session = None
    for line in sys.stdin:
        request = json.loads(line)
        answer = None
        match request["do"]:
            case "start":
                session = Session(request["folder"])
            case "forget":
                session.forget(request["kept"])
            case "describe":
                answer = describe(request["folder"])
            case "step":
                answer = attempt(session, request["step"])
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def attempt(session, step):
    session.begin(step)
    try:
        outcome = STEPS[step["op"]](session, step)
    except OtherKind as error:
        outcome = {"found": str(error)}
    except Exception as error:
        classes = [one.__name__ for one in type(error).__mro__]
        outcome = {"error": classes[: classes.index("Exception")], "message": str(error)}
    return {"outcome": outcome, "notes": session.end(step)}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    zarr.config.set({"array.rectilinear_chunks": True, "async.concurrency": 4, "threading.max_workers": 1})
    main()
