"""Large arrays, for whoever has several threads.

with_threads.py write FOLDER: writes the cases of FOLDER/cases.json to FOLDER/python.
with_threads.py read FOLDER SIDE...: reads them in FOLDER/SIDE; what is wrong is in FOLDER/found.json.
"""

import json
import sys
from pathlib import Path

import numpy as np
import zarr
from numcodecs.registry import get_codec


def values_of(shape):
    at = np.arange(np.prod(shape), dtype="int64")
    return ((at >> 5) + (at * 40503) % 31).astype("uint16").reshape(shape)


def write(folder, shape, cases):
    for case in cases:
        options = case["options"]
        is_v2 = options.get("zarrFormat") == 2
        compressors = options["compressors"]
        array = zarr.create_array(
            folder / "python" / case["id"],
            shape=shape,
            dtype="uint16",
            chunks=options["chunks"],
            shards=options.get("shards"),
            filters=options.get("filters", None if is_v2 else "auto"),
            compressors=get_codec(compressors) if is_v2 else compressors,
            order=options.get("order") if is_v2 else None,
            zarr_format=2 if is_v2 else 3,
        )
        array[...] = values_of(shape)


def problems(place, expected):
    try:
        found = zarr.open_array(place, mode="r")[...]
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]
    return [] if np.array_equal(found, expected) else ["other values"]


def main():
    action, home, *sides = sys.argv[1:]
    folder = Path(home)
    table = json.loads((folder / "cases.json").read_text())
    if action == "write":
        write(folder, table["shape"], table["cases"])
        return
    expected = values_of(table["shape"])
    found = {
        f"{side}/{case['id']}": problems(folder / side / case["id"], expected)
        for side in sides
        for case in table["cases"]
    }
    (folder / "found.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main()
