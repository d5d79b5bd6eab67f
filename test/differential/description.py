"""What zarr-python finds in a folder: every node with its values."""

import os
from pathlib import Path

import zarr
from tokens import token_of
from values import content_of

DOCUMENTS = {"zarr.json", ".zarray", ".zgroup"}


def describe(folder):
    """All nodes of a folder by their paths, each opened by itself, and the tree of the root."""
    nodes = {}
    for path in sorted(node_paths(folder)):
        try:
            nodes[path] = describe_node(zarr.open(folder, path=path, mode="r"))
        except Exception as error:
            nodes[path] = {"error": f"{type(error).__name__}: {error}"}
    return nodes


def node_paths(folder):
    for directory, _, files in os.walk(folder):
        if DOCUMENTS & set(files):
            path = Path(directory).relative_to(folder).as_posix()
            yield "" if path == "." else path


def describe_node(node):
    described = {"info": str(node.info), "attributes": token_of(dict(node.attrs))}
    if isinstance(node, zarr.Array):
        return {**described, "value": content_of(node[...], node.dtype)}
    members = sorted(path for path, _ in node.members(max_depth=None))
    return {**described, "tree": str(node.tree(plain=True)), "members": members}
