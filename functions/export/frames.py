"""Original pictures of frames, a few in memory at a time.

An image is passed on as it was uploaded. Only one that its Exif data turns is written anew, because
annotations are drawn on the picture as shown and most training code does not read Exif.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2

from chalicelib.formats.exporting import Frame
from chalicelib.media import files
from chalicelib.media.frame_list import FrameList, VideoFile
from chalicelib.media.frame_list import load as load_frames
from chalicelib.media.images.pixels import Pixels, reencode_upright
from chalicelib.media.video import videos
from chalicelib.media.video.decoding import decode_frames, upright

#: The fastest setting whose files are not much larger than those of the slowest.
PNG_EFFORT = [cv2.IMWRITE_PNG_COMPRESSION, 1]


def original_frames(
    task_id: int, revision: int, frames: Sequence[Frame]
) -> Iterator[tuple[Frame, bytes]]:
    """Frames (ascending) with the bytes of their files; a video's frames as PNG."""
    listed = load_frames(task_id, revision)
    if listed.video is None:
        return _images(listed, frames)
    return _video_frames(task_id, revision, listed, listed.video, frames)


def _images(listed: FrameList, frames: Sequence[Frame]) -> Iterator[tuple[Frame, bytes]]:
    wanted = [listed.images[frame.number] for frame in frames]
    for frame, file, body in zip(frames, wanted, files.read_many(wanted), strict=True):
        turned = file.orientation != 1
        yield frame, reencode_upright(body, file.info) if turned else body


def _video_frames(
    task_id: int, revision: int, listed: FrameList, video: VideoFile, frames: Sequence[Frame]
) -> Iterator[tuple[Frame, bytes]]:
    index = videos.load(task_id, revision)
    by_number = {listed.start + frame.number * listed.step: frame for frame in frames}
    reader = videos.reader_of(video.file)
    for number, picture in decode_frames(index, reader, sorted(by_number)):
        yield by_number[number], encode_png(upright(picture, index.rotation))


def encode_png(pixels: Pixels) -> bytes:
    """A PNG of RGB pixels."""
    _, encoded = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), PNG_EFFORT)
    return encoded.tobytes()
