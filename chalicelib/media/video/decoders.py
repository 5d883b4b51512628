"""Decoders for samples that come from a sample table instead of FFmpeg's own demuxers."""

from __future__ import annotations

import av
from av.codec.context import Flags
from av.error import FFmpegError

from chalicelib.media.video.containers import VideoPacket
from chalicelib.media.video.index import BadVideo, VideoIndex

#: FFmpeg's names of decoders, where they are not those of the codecs.
DECODERS = {"av1": "libdav1d"}


def open_decoder(index: VideoIndex, sample: int) -> av.VideoCodecContext:
    """A decoder for the samples that are coded as `sample` is.

    Raises:
        BadVideo: there is none for this codec.
    """
    coding = index.coding(sample)
    try:
        decoder = av.CodecContext.create(DECODERS.get(coding.codec, coding.codec), "r")
    except (FFmpegError, ValueError) as error:
        raise BadVideo(f"its codec {coding.codec} is not supported") from error
    if not isinstance(decoder, av.VideoCodecContext):
        raise BadVideo(f"its codec {coding.codec} is not supported")
    decoder.thread_type = "NONE"
    decoder.flags |= Flags.output_corrupt
    decoder.width, decoder.height = index.coded_width, index.coded_height
    if coding.codec == "h264":
        # Streams that do not tell how far pictures are reordered: assume as far as their level
        # allows, instead of learning it from pictures that come out too late to be shown.
        decoder.options = {"strict": "strict"}
    if coding.config:
        decoder.extradata = coding.config
    colours = index.colours
    decoder.color_primaries, decoder.color_trc = colours.primaries, colours.transfer
    decoder.colorspace, decoder.color_range = colours.matrix, colours.full_range
    return decoder


def packet_of(sample: int, body: bytes) -> VideoPacket:
    """A packet whose times are the sample's number: so the decoded picture tells which it is."""
    # Packet(body) would lend FFmpeg the bytes without the zero padding that its bit readers run
    # into; allocating by size pads.
    packet: VideoPacket = av.Packet(len(body))
    packet.update(body)
    packet.pts = packet.dts = sample
    return packet
