"""zarrs reads what the other side wrote, and writes it back to front to the same arrays elsewhere.

with_zarrs.py TABLE.json READ WRITE; what it reads is in WRITE/found.json.
"""

import json
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import zarr
from zarr.abc.codec import ArrayArrayCodec, ArrayBytesCodec, BytesBytesCodec
from zarr.registry import register_codec

#: Codecs that zarr-python has not. It only has to know that they are there; chunks never come to it.
FOREIGN = {
    "packbits": ArrayBytesCodec,
    "reshape": ArrayArrayCodec,
    "zarrs.squeeze": ArrayArrayCodec,
}


def register(name, base):
    @dataclass(frozen=True)
    class Foreign(base):
        text: str
        is_fixed_size = False

        @classmethod
        def from_dict(cls, data):
            return cls(json.dumps(data))

        def to_dict(self):
            return json.loads(self.text)

        def compute_encoded_size(self, input_byte_length, chunk_spec):
            raise NotImplementedError

    register_codec(name, Foreign)


def text_of(value):
    if isinstance(value, complex):
        return f"{value.real:g},{value.imag:g}"
    return str(int(value))


def turn(case, source, target):
    values = zarr.open_array(source / case["id"], mode="r")[...]
    zarr.open_array(target / case["id"], mode="r+")[...] = np.ascontiguousarray(values[::-1, ::-1])
    return {"values": [text_of(value) for value in values.reshape(-1).tolist()]}


def attempt(case, source, target):
    try:
        return turn(case, source, target)
    except BaseException as error:  # A panic in Rust is no Exception.
        return {"error": f"{type(error).__name__}: {error}"}


def main():
    table, source, target = map(Path, sys.argv[1:])
    found = {case["id"]: attempt(case, source, target) for case in json.loads(table.read_text())}
    (target / "found.json").write_text(json.dumps(found))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    zarr.config.set({"codec_pipeline.path": "zarrs.ZarrsCodecPipeline", "codec_pipeline.strict": True})
    for one in FOREIGN.items():
        register(*one)
    main()
