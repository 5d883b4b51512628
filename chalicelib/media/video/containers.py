"""Containers as FFmpeg's demuxers read them."""

from __future__ import annotations

from typing import Any, TypeAlias

import av

from chalicelib.media.kinds import HEAD, detect
from chalicelib.media.reading import Reader, SeekableFile
from chalicelib.media.video.index import BadVideo

VideoPacket: TypeAlias = "av.Packet[Any]"
#: FFmpeg's names of demuxers, where they are not ours.
DEMUXERS = {"mkv": "matroska"}


def open_video(reader: Reader) -> av.container.InputContainer:
    """Open a container with the one demuxer that its first bytes call for.

    FFmpeg's own guess must not decide: playlists and the like would make it open other files.

    Raises:
        BadVideo: not a container that is known.
    """
    kind = detect(reader.read(0, HEAD))
    if kind.family != "video":
        raise BadVideo("it is not a video")
    return av.open(
        SeekableFile(reader),
        mode="r",
        format=DEMUXERS.get(kind.format, kind.format),
        metadata_errors="replace",
    )


def video_stream(container: av.container.InputContainer) -> av.VideoStream:
    """The first video stream that is not a cover picture.

    Raises:
        BadVideo: there is none, or its codec is not known.
    """
    for stream in container.streams.video:
        if not stream.disposition & av.stream.Disposition.attached_pic:
            if stream.codec_context is None:
                raise BadVideo("its codec is not known")
            stream.codec_context.thread_type = "NONE"
            return stream
    raise BadVideo("it has no video track")
