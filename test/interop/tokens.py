"""Scalars and attributes as a JSON file can carry them without loss; tokens.mjs explains the notation."""

import numpy as np


def value_of(token):
    """The Python value that a token stands for."""
    if not isinstance(token, dict):
        return token
    if "int" in token:
        return int(token["int"])
    if "float" in token:
        return float(token["float"])
    if "object" in token:
        return tuple(value_of(member) for _, member in token["object"])
    if "complex" in token:
        return complex(*(float(part) for part in token["complex"]))
    return bytes.fromhex(token["bytes"])


def token_of(value):
    """The token of a scalar, an attribute value or a whole dictionary of attributes."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return {"int": str(int(value.view(np.int64)))}
    if isinstance(value, np.void):
        if value.dtype.names is None:
            return {"bytes": value.tobytes().hex()}
        return {"object": [[name, token_of(value[name])] for name in value.dtype.names]}
    if isinstance(value, (int, np.integer)):
        return {"int": str(int(value))}
    if isinstance(value, (float, np.floating)):
        return {"float": repr(float(value))}
    if isinstance(value, (complex, np.complexfloating)):
        return {"complex": [repr(float(value.real)), repr(float(value.imag))]}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, (list, tuple)):
        return [token_of(item) for item in value]
    if isinstance(value, dict):
        return {"object": [[name, token_of(item)] for name, item in value.items()]}
    raise TypeError(f"no token for {type(value)}")
