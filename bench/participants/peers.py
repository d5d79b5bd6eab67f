"""The peers in Python behind one interface: zarr-python's two pipelines of codecs, zarrs', TensorStore."""

import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import tensorstore

PIPELINES = {
    "zarr-python": "zarr.core.codec_pipeline.BatchedCodecPipeline",
    "fused": "zarr.core.codec_pipeline.FusedCodecPipeline",
    "zarrs": "zarrs.ZarrsCodecPipeline",
}


class Missing(Exception):
    """What the library has not."""


class ZarrPython:
    """zarr-python with one of the pipelines of codecs."""

    def __init__(self, name: str) -> None:
        import zarr
        from zarr.core.buffer.cpu import Buffer, NDBuffer

        self.zarr, self.buffer, self.nd_buffer, self.pipeline = zarr, Buffer, NDBuffer, PIPELINES[name]
        # strict: zarrs says what it has not, instead of leaving it to zarr-python.
        zarr.config.set({"codec_pipeline.path": self.pipeline, "codec_pipeline.strict": name == "zarrs"})

    def versions(self) -> list[str]:
        if not self.pipeline.startswith("zarrs"):
            return [f"zarr-python {self.zarr.__version__} on Python {sys.version.split()[0]}"]
        return [f"zarrs (Python) {version('zarrs')}"]

    def files(self, folder: str):
        return folder

    def memory(self, files: dict[str, bytes]):
        return self.zarr.storage.MemoryStore({key: self.buffer.from_bytes(value) for key, value in files.items()})

    def open(self, store):
        array = self.zarr.open_array(store, mode="r+")
        used = type(array._async_array.codec_pipeline).__name__
        if used != self.pipeline.split(".")[-1]:
            raise Missing(f"zarr-python uses its {used} for it")
        return array

    def read(self, array):
        return array[...]

    def read_into(self, array, out) -> None:
        array.get_basic_selection(out=self.nd_buffer.from_numpy_array(out))

    def read_window(self, array, place):
        return array[place]

    def read_windows(self, array, places, in_flight: int, use) -> None:
        if in_flight == 1:
            for place in places:
                use(place, array[place])
            return
        with ThreadPoolExecutor(in_flight) as threads:
            for _ in threads.map(lambda place: use(place, array[place]), places):
                pass

    def write(self, array, data) -> None:
        array[...] = data

    def open_group(self, folder: str, count: int, consolidated: bool) -> int:
        group = self.zarr.open_group(folder, mode="r", use_consolidated=consolidated)
        return len(dict(group.arrays()))


class TensorStore:
    """TensorStore; without fsync, as nobody else has it here."""

    def __init__(self) -> None:
        self.context = tensorstore.Context({"file_io_sync": False})
        self.memories = 0

    def versions(self) -> list[str]:
        return [f"TensorStore {version('tensorstore')}"]

    def files(self, folder: str):
        return {"driver": "file", "path": f"{folder}/"}

    def memory(self, files: dict[str, bytes]):
        self.memories += 1
        spec = {"driver": "memory", "path": f"{self.memories}/"}
        store = tensorstore.KvStore.open(spec, context=self.context).result()
        for written in [store.write(key, value) for key, value in files.items()]:
            written.result()
        return spec

    def open(self, store):
        return tensorstore.open({"driver": "zarr3", "kvstore": store}, context=self.context).result()

    def read(self, array):
        return array.read().result()

    def read_into(self, array, out) -> None:
        tensorstore.array(out).write(array).result()

    def read_windows(self, array, places, in_flight: int, use) -> None:
        pending = []
        for place in places:
            if len(pending) == in_flight:
                done, future = pending.pop(0)
                use(done, future.result())
            pending.append((place, array[place].read()))
        for done, future in pending:
            use(done, future.result())

    def write(self, array, data) -> None:
        array.write(data).result()

    def open_group(self, folder: str, count: int, consolidated: bool) -> int:
        if consolidated:
            raise Missing("reads no consolidated metadata")
        # It has no groups: the names are known.
        stores = [{"driver": "file", "path": f"{folder}/a{index}/"} for index in range(count)]
        opening = [tensorstore.open({"driver": "zarr3", "kvstore": store}) for store in stores]
        return len([future.result() for future in opening])
