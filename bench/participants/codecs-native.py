"""numcodecs, which calls the C libraries; answers as answer.mjs does. A task `make` writes a dataset or its encoding."""

import json
import sys
import time

import numcodecs
import numpy

CODECS = {
    "lz4": numcodecs.LZ4(),
    "zstd": numcodecs.Zstd(level=3),
    "blosc-lz4": numcodecs.Blosc(cname="lz4", clevel=5, shuffle=1),
    "blosc-zstd": numcodecs.Blosc(cname="zstd", clevel=5, shuffle=1),
    "gzip": numcodecs.GZip(level=5),
}
numcodecs.blosc.set_nthreads(1)
numcodecs.blosc.use_threads = False


def dataset(name: str, size: int) -> numpy.ndarray:
    numbers = numpy.random.default_rng(1)
    if name == "smooth float32":
        side = int((size // 4) ** 0.5)
        rows, columns = numpy.mgrid[0:side, 0:side] / 100
        values = numpy.sin(rows) * numpy.cos(columns) * 100
        return numpy.resize(numpy.round(values, 2).astype("float32"), size // 4)
    if name == "noisy uint16":
        return (1000 + numbers.normal(0, 20, size // 2)).astype("uint16")
    return numpy.cumsum(numbers.integers(0, 1000, size // 8)).astype("int64")


def answer(task: dict) -> dict:
    if task["direction"] == "make":
        raw = dataset(task["dataset"], task["size"])
        made = raw if task["codec"] is None else CODECS[task["codec"]].encode(raw)
        with open(task["file"], "wb") as file:
            file.write(made)
        return {"kind": "made", "itemSize": raw.itemsize}
    if task["direction"] == "versions":
        return {"kind": "versions", "numcodecs": numcodecs.__version__, "python": sys.version.split()[0]}
    codec = CODECS[task["codec"]]
    source = numpy.fromfile(task["file"], f"u{task['itemSize']}" if task["direction"] == "encode" else "u1")
    work = codec.encode if task["direction"] == "encode" else codec.decode
    if task["direction"] == "reuse":
        target = numpy.zeros(task["size"], "u1")

        def work(source):
            codec.decode(source, out=target)
            return target

    if task["direction"] != "encode":
        with open(task["raw"], "rb") as file:
            if memoryview(work(source)).cast("B") != file.read():
                raise ValueError(f"{task['codec']}: not the {task['size']} bytes that were encoded")
    times = []
    cpu = time.process_time()
    end = time.perf_counter() + task["seconds"]
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        output = work(source)
        times.append(time.perf_counter() - start)
    cpu = (time.process_time() - cpu) / len(times)
    times.sort()
    size = memoryview(output).nbytes
    return {"kind": "timed", "seconds": times[len(times) // 2], "cpuSeconds": cpu, "bytes": size}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
