"""Reads with zarr-python what the other side wrote, into DESCRIPTIONS.json: read.py TABLE.json FOLDER DESCRIPTIONS.json."""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import zarr
from description import describe_array, describe_group
from pool import attempt_all
from tokens import token_of


def main():
    table = json.loads(Path(sys.argv[1]).read_text())
    folder = Path(sys.argv[2])
    descriptions = {
        "arrays": attempt_all(read_array, table["arrays"], folder, prepare=prepare),
        "hierarchies": attempt_all(read_hierarchy, table["hierarchies"], folder, prepare=prepare),
        "updates": attempt_all(read_update, table["updates"], folder, prepare=prepare),
    }
    Path(sys.argv[3]).write_text(json.dumps(descriptions))


def read_array(case, folder):
    array = zarr.open_array(folder / "arrays" / case["id"], mode="r")
    return describe_array(array, case["reads"], complete=array.nchunks < 10_000)


def read_hierarchy(case, folder):
    return describe_group(zarr.open_group(folder / "hierarchies" / case["id"], mode="r"))


def read_update(case, folder):
    node = zarr.open(folder / "updated" / case["id"], mode="r")
    return {"attributes": token_of(dict(node.attrs))}


def prepare():
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    zarr.config.set({"array.rectilinear_chunks": True})


if __name__ == "__main__":
    main()
