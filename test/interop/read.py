"""Reads with zarr-python what the other side wrote, into DESCRIPTIONS.json: read.py TABLE.json FOLDER DESCRIPTIONS.json."""

import json
import sys
import warnings
from pathlib import Path

import zarr
from description import describe_array, describe_group
from tokens import token_of


def main():
    table = json.loads(Path(sys.argv[1]).read_text())
    folder = Path(sys.argv[2])
    descriptions = {
        "arrays": {case["id"]: attempt(read_array, case, folder) for case in table["arrays"]},
        "hierarchies": {case["id"]: attempt(read_hierarchy, case, folder) for case in table["hierarchies"]},
        "updates": {case["id"]: attempt(read_update, case, folder) for case in table["updates"]},
    }
    Path(sys.argv[3]).write_text(json.dumps(descriptions))


def attempt(read, case, folder):
    try:
        return read(case, folder)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def read_array(case, folder):
    array = zarr.open_array(folder / "arrays" / case["id"], mode="r")
    return describe_array(array, case["reads"], complete=array.nchunks < 10_000)


def read_hierarchy(case, folder):
    return describe_group(zarr.open_group(folder / "hierarchies" / case["id"], mode="r"))


def read_update(case, folder):
    node = zarr.open(folder / "updated" / case["id"], mode="r")
    return {"attributes": token_of(dict(node.attrs))}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    zarr.config.set({"array.rectilinear_chunks": True})
    main()
