"""Makes arrays of format 2 of the fixtures that the numcodecs project keeps, one per encoded file, and beside them what
numcodecs decodes: a corpus for `npm run corpus`.

    numcodecs_fixtures.py FIXTURES ARRAYS EXPECTED
"""

import json
import math
import sys
from pathlib import Path

import numcodecs
import numcodecs.errors
import numpy as np

OBJECTS = {"json", "json2", "msgpack", "msgpack2", "pickle", "vlen-utf8", "vlen-bytes", "vlen-array", "categorize"}
#: What stands between the array and the bytes; the others turn bytes into bytes.
FILTERS = {"astype", "delta", "fixedscaleoffset", "quantize", "packbits", "categorize"} | OBJECTS


def plain(value):
    """A value of an object array as JSON."""
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value.tolist()]
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, float):
        return {"$number": "NaN"} if math.isnan(value) else value
    return value.item() if isinstance(value, np.generic) else value


def load(folder: Path, number: str) -> np.ndarray:
    return np.load(folder / f"array.{number}.npy", allow_pickle=True)


def convert(codec_folder: Path, fixtures: Path, arrays: Path, expected: Path) -> int:
    config = json.loads((codec_folder / "config.json").read_text())
    count = 0
    for encoded in sorted(codec_folder.glob("encoded.*.dat")):
        number = encoded.suffixes[0].lstrip(".")
        array = load(codec_folder.parent, number)
        name = codec_folder.relative_to(fixtures) / number
        is_object = array.dtype == object
        data = encoded.read_bytes()
        target = arrays / name
        target.mkdir(parents=True, exist_ok=True)
        is_filter = config["id"] in FILTERS
        document = {
            "zarr_format": 2,
            "shape": array.shape,
            "chunks": [max(1, length) for length in array.shape],
            "dtype": "|O" if is_object else array.dtype.str,
            "fill_value": None,
            "order": "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C",
            "filters": [config] if is_filter else None,
            "compressor": None if is_filter else config,
        }
        (target / ".zarray").write_text(json.dumps(document))
        (target / (".".join("0" for _ in array.shape) or "0")).write_bytes(data)
        count += 1
        if config["id"] == "pickle":
            continue
        try:
            decoded = numcodecs.get_codec(dict(config)).decode(data)
        except (RuntimeError, numcodecs.errors.UnknownCodecError):
            # No Snappy in this build, or a codec that is gone: what was encoded lies beside the encoded file.
            decoded = array
        place = expected / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if is_object:
            if decoded.shape != array.shape:
                decoded = decoded.reshape(array.shape, order=document["order"])
            flat = [plain(item) for item in decoded.reshape(-1)]
            place.with_name(place.name + ".json").write_text(json.dumps({"shape": array.shape, "values": flat}))
            continue
        if isinstance(decoded, np.ndarray) and decoded.dtype == array.dtype:
            flat = decoded.reshape(-1)
        else:
            flat = np.frombuffer(np.ascontiguousarray(decoded).tobytes(), dtype=array.dtype)
        values = flat.reshape(array.shape, order=document["order"])
        np.save(place.with_name(place.name + ".npy"), values, allow_pickle=False)
    return count


def main() -> None:
    fixtures, arrays, expected = map(Path, sys.argv[1:4])
    count = 0
    for config in sorted(fixtures.rglob("config.json")):
        count += convert(config.parent, fixtures, arrays, expected)
    print(f"{count} arrays")


main()
