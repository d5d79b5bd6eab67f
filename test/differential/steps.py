"""The steps of programs as calls of zarr-python; steps.mjs has the same ones as calls of ours."""

import json
import os
import shutil

import numpy as np
import zarr
from tokens import token_of
from values import (
    array_of,
    attributes_of,
    content_of,
    document_of,
    options_of,
    selection_of,
    written_of,
)
from zarr.errors import ContainsArrayError, ContainsGroupError

READING = {"get", "inspect", "members", "lookUp", "load"}


# The kind of node that steps need.
KINDS = dict.fromkeys(["get", "set", "resize", "append"], "array")
KINDS |= dict.fromkeys(["members", "lookUp", "delete"], "group")


class OtherKind(Exception):
    """A step met a node of the kind that it is not for."""


class Session:
    """A folder, and handles of nodes that later steps use again."""

    def __init__(self, folder):
        self.folder = folder
        self.handles = {}
        self.has_consolidated = False
        self.consolidated = {}
        self.notes = set()

    def forget(self, kept):
        self.handles = {path: handle for path, handle in self.handles.items() if path == kept}

    def begin(self, step):
        self.notes = set()
        self.has_consolidated = self.has_consolidated or step["op"] in ("consolidate", "copy", "move")
        self.consolidated = self.find_consolidated() if self.has_consolidated else {}

    def end(self, step):
        """Consolidates again what had consolidated metadata and still has: ours keeps it fresh."""
        if step["op"] in READING or not self.has_consolidated:
            return sorted(self.notes)
        for (path, zarr_format), before in sorted(self.find_consolidated().items(), reverse=True):
            try:
                zarr.consolidate_metadata(self.folder, path=path, zarr_format=zarr_format)
            except Exception:
                continue
            after = self.find_consolidated().get((path, zarr_format))
            if before != after:
                self.notes.add("consolidated again")
        return sorted(self.notes)

    def find_consolidated(self):
        """Texts of consolidated metadata by the path of the group and the format."""
        found = {}
        for directory, _, files in os.walk(self.folder):
            path = os.path.relpath(directory, self.folder).replace(os.sep, "/")
            for name, zarr_format in ((".zmetadata", 2), ("zarr.json", 3)):
                if name not in files:
                    continue
                with open(os.path.join(directory, name)) as file:
                    text = file.read()
                if zarr_format == 2 or '"consolidated_metadata"' in text and self.is_consolidated(text):
                    found["" if path == "." else path, zarr_format] = text
        return found

    def is_consolidated(self, text):
        return "consolidated_metadata" in json.loads(text)

    def node(self, step):
        """The node that a step is about, opened as the step says."""
        path, via = step["path"], step.get("via", "open")
        node = self.handles[path] if via == "kept" and path in self.handles else self.open(path, via)
        if via != "read":
            self.handles[path] = node
        kind = kind_of(node)
        if KINDS.get(step.get("op"), kind) != kind:
            raise OtherKind(kind)
        return node

    def open(self, path, via):
        match via:
            case "array":
                return zarr.open_array(self.folder, path=path, mode="r+")
            case "group":
                return zarr.open_group(self.folder, path=path, mode="r+")
            case "member" if path != "":
                return zarr.open_group(self.folder, mode="r+")[path]
            case "read":
                return zarr.open(self.folder, path=path, mode="r")
            case _:
                return zarr.open(self.folder, path=path, mode="r+")

    def place(self, path):
        return os.path.join(self.folder, path)

    def group(self, path):
        return zarr.open_group(self.folder, path=path, mode="r+")

    def keep(self, node):
        self.handles[node.path] = node
        return described(node)


def kind_of(node):
    return "array" if isinstance(node, zarr.Array) else "group"


def described(node):
    return {"kind": kind_of(node), "info": str(node.info), "attributes": token_of(dict(node.attrs))}


def place(step):
    """The keyword for a place, which is left out at the root."""
    return {"path": step["path"]} if step["path"] != "" else {}


# Making arrays.


def create_array(session, step):
    options = options_of(step["options"])
    if "group" in step:
        return session.keep(session.group(step["group"]).create_array(step["path"], **options))
    name = step["path"] or None
    return session.keep(zarr.create_array(session.folder, name=name, **options))


def create(session, step):
    options = options_of(step["options"])
    shape = options.pop("shape")
    return session.keep(zarr.create(shape, store=session.folder, **place(step), **options))


def filled(session, step):
    options = options_of(step["options"])
    kind = step["kind"]
    if "group" in step:
        group = session.group(step["group"])
        return session.keep(getattr(group, kind)(name=step["path"], **options))
    shape = options.pop("shape")
    if kind == "full":
        return session.keep(zarr.full(shape, options.pop("fill_value"), store=session.folder, **place(step), **options))
    return session.keep(getattr(zarr, kind)(shape, store=session.folder, **place(step), **options))


def like(session, step):
    source = session.node({"path": step["source"], "via": "array"})
    options = options_of(step["options"])
    function = {"emptyLike": "empty_like", "zerosLike": "zeros_like", "onesLike": "ones_like", "fullLike": "full_like"}
    name = function[step["kind"]]
    if "group" in step:
        return session.keep(getattr(session.group(step["group"]), name)(name=step["path"], data=source, **options))
    return session.keep(getattr(zarr, name)(source, store=session.folder, **place(step), **options))


def from_array(session, step):
    source = session.node({"path": step["source"], "via": "array"})
    options = options_of(step["options"])
    return session.keep(zarr.from_array(session.folder, data=source, name=step["path"] or None, **options))


def array(session, step):
    options = options_of(step["options"])
    data = written_of(step["value"])
    return session.keep(zarr.array(data, store=session.folder, **place(step), **options))


def save(session, step):
    options = options_of(step["options"])
    if "values" in step:
        named = {name: array_of(value) for name, value in step["values"].items()}
        zarr.save_group(session.folder, **place(step), **options, **named)
    else:
        zarr.save_array(session.folder, array_of(step["value"]), **place(step), **options)


def require_array(session, step):
    options = options_of(step["options"])
    return session.keep(session.group(step["group"]).require_array(step["path"], **options))


def set_item(session, step):
    session.group(step["group"])[step["path"]] = array_of(step["value"])


# Making groups.


def create_group(session, step):
    options = options_of(step["options"])
    if "group" in step:
        return session.keep(session.group(step["group"]).create_group(step["path"], **options))
    return session.keep(zarr.create_group(session.folder, **place(step), **options))


def group(session, step):
    return session.keep(zarr.group(session.folder, **place(step), **options_of(step["options"])))


def require_group(session, step):
    parent = session.group(step["group"])
    return session.keep(parent.require_group(step["path"], **options_of(step["options"])))


def create_hierarchy(session, step):
    nodes = {path: document_of(text) for path, text in step["nodes"].items()}
    if "group" in step:
        made = session.group(step["group"]).create_hierarchy(nodes, overwrite=step["overwrite"])
    else:
        store = zarr.storage.LocalStore(session.folder)
        made = zarr.create_hierarchy(store=store, nodes=nodes, overwrite=step["overwrite"])
    return {"list": sorted([path, described(node)] for path, node in made)}


# Opening.


OPENING = {
    "open": zarr.open,
    "openArray": zarr.open_array,
    "openGroup": zarr.open_group,
    "openConsolidated": zarr.open_consolidated,
}


def open_node(session, step):
    options = options_of(step["options"])
    function = OPENING[step["function"]]
    node = function(session.folder, **place(step), **options)
    if options.get("mode") == "r":
        return described(node)
    return session.keep(node)


def load(session, step):
    # Of nothing it would make a group.
    try:
        node = zarr.open(session.folder, path=step["path"], mode="r")
    except FileNotFoundError as error:
        raise KeyError(step["path"]) from error
    if kind_of(node) == "group":
        return {"group": True}
    return {"value": content_of(zarr.load(session.folder, path=step["path"]), node.dtype)}


# Reading and writing.

METHODS = {
    "basic": "basic_selection",
    "orthogonal": "orthogonal_selection",
    "coordinate": "coordinate_selection",
    "mask": "mask_selection",
    "block": "block_selection",
}


def get(session, step):
    node = session.node(step)
    value = read(node, step)
    return {"value": content_of(value, node.dtype), "isScalar": not isinstance(value, np.ndarray)}


def read(node, step):
    selection, method = selection_of(step["selection"]), step["method"]
    if "fields" in step:
        return node.get_basic_selection(selection, fields=step["fields"])
    if method == "get":
        return node[selection]
    if method in METHODS:
        return getattr(node, f"get_{METHODS[method]}")(selection)
    return getattr(node, method)[selection]


def set_values(session, step):
    node = session.node(step)
    if "writeEmptyChunks" in step:
        node = node.with_config({"write_empty_chunks": step["writeEmptyChunks"]})
    selection, method = selection_of(step["selection"]), step["method"]
    value = written_of(step["value"], node.dtype)
    if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind == "O":
        value = value[()]
    if "fields" not in step and isinstance(value, (np.ndarray, list)):
        value = broadcast(session, node, step, value)
    if "fields" in step:
        node.set_basic_selection(selection, value, fields=step["fields"])
    elif method == "get":
        node[selection] = value
    elif method in METHODS:
        getattr(node, f"set_{METHODS[method]}")(selection, value)
    else:
        getattr(node, method)[selection] = value


def broadcast(session, node, step, value):
    """The value in the shape of the selection, as NumPy has it: zarr-python leaves that to each chunk."""
    shape = np.shape(read(node, step))
    array = np.asarray(value) if isinstance(value, np.ndarray) else np.asarray(value, dtype=node.dtype)
    if array.shape == shape:
        return value
    wide = np.broadcast_to(array, shape).copy()
    session.notes.add("broadcast")
    return wide


def resize(session, step):
    node = session.node(step)
    shape = step["shape"]
    lengths = (shape,) if isinstance(shape, int) else tuple(shape)
    if len(lengths) == node.ndim and all(length >= 0 for length in lengths):
        clear_past(session, node, lengths)
    node.resize(shape if isinstance(shape, int) else tuple(shape))


def clear_past(session, node, lengths):
    """Fill value past the new lengths: ours leaves nothing there that could come back."""
    fill = node.fill_value
    if fill is None:
        fill = node.metadata.dtype.default_scalar()
    for axis, (length, old) in enumerate(zip(lengths, node.shape, strict=True)):
        if length < old:
            past = tuple(slice(length, None) if at == axis else slice(None) for at in range(node.ndim))
            if np.asarray(node.get_basic_selection(past)).tobytes() != fill_bytes(node, past, fill):
                session.notes.add("cleared past the end")
                node.set_basic_selection(past, fill)


def fill_bytes(node, past, fill):
    shape = np.asarray(node.get_basic_selection(past)).shape
    filled = np.empty(shape, dtype=node.dtype)
    filled[...] = fill
    return filled.tobytes()


def append(session, step):
    node = session.node(step)
    value = written_of(step["value"], node.dtype)
    return {"list": list(node.append(value, axis=step["axis"]))}


# Attributes.


def attributes(session, step):
    node = session.node(step)
    entries = attributes_of(step.get("entries", []))
    match step["action"]:
        case "set":
            for name, value in entries.items():
                node.attrs[name] = value
        case "delete":
            if step["name"] in node.attrs:
                del node.attrs[step["name"]]
        case "update":
            node.attrs.update(entries)
        case "put":
            node.attrs.put(entries)
        case "updateAttributes":
            node.update_attributes(entries)
    return {"attributes": token_of(dict(node.attrs))}


# Looking.


def inspect(session, step):
    node = session.node(step)
    seen = described(node)
    if seen["kind"] == "group":
        return seen
    for name in ("chunks", "shards"):
        try:
            shape = getattr(node, name)
            seen[name] = None if shape is None else list(shape)
        except NotImplementedError:
            seen[name] = "various"
    for name in ("cdata_shape", "nchunks", "nbytes", "size", "order", "nchunks_initialized", "basename", "name"):
        value = getattr(node, name)
        seen[name] = list(value) if isinstance(value, tuple) else value
    for name in ("read_chunk_sizes", "write_chunk_sizes"):
        seen[name] = [list(sizes) for sizes in getattr(node, name)]
    seen["fillValue"] = token_of(node.fill_value)
    if step.get("complete"):
        seen["nbytes_stored"] = node.nbytes_stored()
        seen["info_complete"] = str(node.info_complete())
    return seen


def members(session, step):
    node = session.node(step)
    children = step["useConsolidatedForChildren"]
    found = node.members(max_depth=step["maxDepth"], use_consolidated_for_children=children)
    return {
        "members": sorted([path, described(member)] for path, member in found),
        "keys": sorted(node.keys()),
        "arrayKeys": sorted(node.array_keys()),
        "groupKeys": sorted(node.group_keys()),
        "nmembers": node.nmembers(max_depth=step["maxDepth"]),
        "tree": str(node.tree(level=step["maxDepth"], plain=True)),
        "info": str(node.info_complete()),
    }


def look_up(session, step):
    node = session.node(step)
    if step["how"] == "contains":
        return {"contains": step["member"] in node}
    functions = {"getItem": node.__getitem__, "get": node.get, "getArray": node.get_array, "getGroup": node.get_group}
    member = functions[step["how"]](step["member"])
    return {"kind": None} if member is None else {**described(member), "path": member.path}


# Changing hierarchies.


def delete(session, step):
    del session.node(step)[step["member"]]


def consolidate(session, step):
    path = step["path"] or None
    node = zarr.consolidate_metadata(session.folder, path=path, **options_of(step["options"]))
    return {**described(node), "members": sorted(path for path, _ in node.members(max_depth=None))}


def move(session, step):
    """zarr-python has no `move`: a directory is renamed, after the checks that ours makes."""
    root = session.group("")
    source, target = step["source"], step["target"]
    node = root[source]
    if target == source or target.startswith(source + "/"):
        raise ValueError(f"{target} is within {source}")
    make_room(session, root, node, target)
    os.rename(session.place(source), session.place(target))


def copy(session, step):
    """Nor has it a `copy`: directories are copied, and groups merge with those that are there."""
    root = session.group("")
    source, target = step["source"], step["target"]
    node = root[source]
    if kind_of(node) == "group":
        if target == source or target.startswith(source + "/"):
            raise ValueError(f"{target} is within {source}")
        if is_merged(node, root.get(target)):
            return merge(session, root, node, target)
    make_room(session, root, node, target)
    copy_directory(session, source, target)


def copy_directory(session, source, target):
    """Consolidated metadata is left out: it belongs to the place where it was made."""
    shutil.copytree(session.place(source), session.place(target), ignore=shutil.ignore_patterns(".zmetadata"))
    for directory, _, files in os.walk(session.place(target)):
        path = os.path.join(directory, "zarr.json")
        if "zarr.json" not in files:
            continue
        with open(path) as file:
            document = json.load(file)
        if document.pop("consolidated_metadata", None) is not None:
            with open(path, "w", newline="") as file:
                file.write(json.dumps(document, indent=2))


def is_merged(node, existing):
    """Whether a group goes into one that exists."""
    if existing is None or kind_of(node) == "array" or kind_of(existing) == "array":
        return False
    return node.metadata.zarr_format == existing.metadata.zarr_format


def merge(session, root, node, target):
    members = sorted(node.members(max_depth=None))
    for path, member in members:
        existing = root.get(f"{target}/{path}")
        if existing is not None and not is_merged(member, existing):
            raise_exists(existing)
    attributes = {path: dict(member.attrs) for path, member in [("", node), *members]}
    merged = [path for path, _ in [("", node), *members] if root.get(f"{target}/{path}") is not None]
    for path, _ in members:
        if path not in merged and not os.path.exists(session.place(f"{target}/{path}")):
            copy_directory(session, f"{node.path}/{path}", f"{target}/{path}")
    for path in merged:
        if attributes[path]:
            place = f"{target}/{path}".removesuffix("/")
            group = zarr.open_group(session.folder, path=place, mode="r+", use_consolidated=False)
            group.update_attributes(attributes[path])
    return None


def raise_exists(existing):
    raise (ContainsArrayError if kind_of(existing) == "array" else ContainsGroupError)(f"{existing.path} exists")


def make_room(session, root, node, target):
    """Makes sure that nothing is at the target, and that there are groups above it."""
    existing = root.get(target)
    if existing is None:
        existing = of_other_format(session, root, target)
    if existing is not None:
        raise_exists(existing)
    parents = target.split("/")[:-1]
    above = ["/".join(parents[:depth]) for depth in range(1, len(parents) + 1)]
    for path in above:
        if isinstance(root.get(path), zarr.Array):
            raise ValueError("only groups may have child nodes")
    for path in above:
        if path not in root:
            zarr.create_group(session.folder, path=path, zarr_format=node.metadata.zarr_format)
    if os.path.exists(session.place(target)):
        os.rmdir(session.place(target))


def of_other_format(session, root, path):
    """A group finds members of its own format alone; the directory of another one is in the way all the same."""
    try:
        other = 5 - root.metadata.zarr_format
        return zarr.open(session.folder, path=path, mode="r", zarr_format=other)
    except FileNotFoundError:
        return None


def edit(session, step):
    """Text of documents that no call writes, put there as another program would."""
    for directory, _, files in os.walk(session.folder):
        for name in files:
            if name in ("zarr.json", ".zattrs", ".zmetadata"):
                path = os.path.join(directory, name)
                with open(path, newline="") as file:
                    text = file.read()
                changed = text.replace(step["find"], step["replace"])
                if changed != text:
                    with open(path, "w", newline="") as file:
                        file.write(changed)


STEPS = {
    "createArray": create_array,
    "create": create,
    "filled": filled,
    "like": like,
    "fromArray": from_array,
    "array": array,
    "save": save,
    "requireArray": require_array,
    "setItem": set_item,
    "createGroup": create_group,
    "group": group,
    "requireGroup": require_group,
    "createHierarchy": create_hierarchy,
    "open": open_node,
    "load": load,
    "get": get,
    "set": set_values,
    "resize": resize,
    "append": append,
    "attributes": attributes,
    "inspect": inspect,
    "members": members,
    "lookUp": look_up,
    "delete": delete,
    "consolidate": consolidate,
    "move": move,
    "copy": copy,
    "edit": edit,
}
