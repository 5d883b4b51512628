"""Original pictures of frames, a few in memory at a time.

An image is passed on as it was uploaded. Only what other programs would show otherwise is written
anew: pictures that their Exif data turns, because annotations are drawn on the picture as shown and
most training code does not read Exif; pages of a file, as PNG; point clouds of KITTI, as `.pcd`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.formats.exporting.source import ContextImage, Frame
from chalicelib.media.files import File
from chalicelib.media.frame_list import FrameList, VideoFile
from chalicelib.media.frame_list import load as load_frames
from chalicelib.media.frames.picture_files import as_uploaded
from chalicelib.media.frames.problems import Gone, Unbuildable
from chalicelib.media.sources.places import Unreachable
from chalicelib.media.video import videos
from chalicelib.media.video.index import BadVideo

#: Frames whose places are looked up at once.
WINDOW = 500


def original_frames(
    task_id: int, revision: int, frames: Sequence[Frame]
) -> Iterator[tuple[Frame, bytes]]:
    """Frames (ascending) with the bytes of their files; a video's frames as PNG.

    Raises:
        Unbuildable: a file is damaged or cannot be read; the text names it.
    """
    listed = load_frames(task_id, revision)
    if listed.video is None:
        return _files(listed, frames)
    return _video_frames(task_id, revision, listed, listed.video, frames)


def context_files(files: Sequence[File]) -> list[ContextImage]:
    """Pictures that belong to a frame, with the bytes of their files. Raises Unbuildable."""
    return [
        ContextImage(file.name, job()) for file, job in zip(files, as_uploaded(files), strict=True)
    ]


def _files(listed: FrameList, frames: Sequence[Frame]) -> Iterator[tuple[Frame, bytes]]:
    for start in range(0, len(frames), WINDOW):
        window = frames[start : start + WINDOW]
        wanted = [listed.images[frame.number] for frame in window]
        yield from zip(window, _bodies(wanted), strict=True)


def _bodies(wanted: Sequence[File]) -> Iterator[bytes]:
    if wanted[0].family == "points":
        from chalicelib.media.frames.cloud_products import as_clouds

        return iter(as_clouds(wanted))
    return (job() for job in as_uploaded(wanted))


def _video_frames(
    task_id: int, revision: int, listed: FrameList, video: VideoFile, frames: Sequence[Frame]
) -> Iterator[tuple[Frame, bytes]]:
    # Decoders take a while to load: pictures are passed on without them.
    from chalicelib.media.images.pixels import encode_png
    from chalicelib.media.video.decoding import decode_frames, upright

    index = videos.load(task_id, revision)
    by_number = {listed.start + frame.number * listed.step: frame for frame in frames}
    reader = videos.reader_of(video.file)
    try:
        for number, picture in decode_frames(index, reader, sorted(by_number)):
            pixels = upright(picture, index.rotation, index.mirrored)
            yield by_number[number], encode_png(pixels)
    except BadVideo as error:
        raise Unbuildable(f"{video.file.name} cannot be shown: {error}.") from error
    except Unreachable as error:
        raise Unbuildable(f"{video.file.name} cannot be read: {error.for_anyone}") from error
    except KeyError as error:
        raise Gone(f"{video.file.name} is not where it was when the task was made.") from error
