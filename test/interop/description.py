"""What zarr-python says about a node: everything that the other side has to find as well."""

import numpy as np
from tokens import token_of
from values import digest
from zarr import Array


def describe_array(array, selections, *, complete):
    """An array and what it reads; `complete` with what takes a look at every chunk."""
    dtype = array.metadata.dtype
    description = {
        "kind": "array",
        "format": array.metadata.zarr_format,
        "shape": list(array.shape),
        **regular(array, "chunks"),
        **regular(array, "shards"),
        "dtype": name_of(dtype.to_json(zarr_format=3)),
        "fillValue": token_of(array.fill_value),
        "order": array.order,
        "dimensionNames": names_of(array),
        "attributes": token_of(dict(array.attrs)),
        "cdataShape": list(array.cdata_shape),
        "nchunks": array.nchunks,
        "info": str(array.info),
        "reads": [read(array, selection) for selection in selections],
    }
    if complete:
        description["nchunksInitialized"] = array.nchunks_initialized
        description["readChunkSizes"] = [list(sizes) for sizes in array.read_chunk_sizes]
        description["writeChunkSizes"] = [list(sizes) for sizes in array.write_chunk_sizes]
    return description


def describe_group(group):
    """A group, its info, its tree and its descendants."""
    members = sorted(group.members(max_depth=None))
    return {
        "kind": "group",
        "format": group.metadata.zarr_format,
        "attributes": token_of(dict(group.attrs)),
        "info": str(group.info),
        "tree": str(group.tree(plain=True)),
        "treeOfLevel0": str(group.tree(level=0, plain=True)),
        "members": [[path, describe_member(node)] for path, node in members],
    }


def describe_member(node):
    if isinstance(node, Array):
        return describe_array(node, ["..."], complete=True)
    return {"kind": "group", "attributes": token_of(dict(node.attrs)), "info": str(node.info)}


def read(array, selection):
    part = array[eval(f"np.s_[{selection}]")]  # The text between NumPy's brackets, from our own table.
    value = np.asarray(part, dtype=array.dtype)  # Without axes, a string comes as a str.
    return {"selection": selection, "shape": list(value.shape), "digest": digest(value)}


def regular(array, name):
    """A shape that chunks or shards have; nothing where they differ."""
    try:
        shape = getattr(array, name)
    except NotImplementedError:
        return {}
    return {name: None if shape is None else list(shape)}


def name_of(dtype):
    return dtype if isinstance(dtype, str) else dtype["name"]


def names_of(array):
    names = getattr(array.metadata, "dimension_names", None)
    return None if names is None else list(names)
