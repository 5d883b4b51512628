import { send } from "../api/client";
import { PacketPictures } from "../media/packet-pictures";
import { PacketReader } from "../media/packet-reader";
import type { Pictures } from "../media/pictures";
import type { SampleIndex } from "../media/sample-index";
import { parseSampleIndex } from "../media/sample-index";
import { WebDecoder, wayToDecode } from "../media/web-decoder";
import type { JobFacts } from "./frames";
import type { VideoLinks } from "./video-file";
import { askForLinks, rangesOf } from "./video-file";

/**
 * The pictures of a video job, decoded on this machine from the packets of the uploaded file; null
 * where this browser cannot.
 */
export async function openPackets(job: JobFacts): Promise<Pictures | null> {
  if (!("VideoDecoder" in globalThis)) return null;
  const links = await askForLinks(job.task_id);
  if (!links.codec || !links.video_url) return null;
  const index = await parseSampleIndex(await (await send(links.samples_url)).blob());
  if (!index.facts.contiguous || !hasFrames(index, job, links)) return null;
  const way = await wayToDecode(decoderConfig(index));
  if (!way) return null;
  const reader = new PacketReader(index, rangesOf(job.task_id, links));
  const layout = {
    start: job.start_frame,
    stop: job.stop_frame,
    first: links.start,
    step: links.step,
  };
  return new PacketPictures(index, reader, new WebDecoder(way), layout);
}

/**
 * How colours are to be read where the video does not say: as the server reads them, so that a
 * frame looks the same wherever it is decoded.
 */
const COLOURS: VideoColorSpaceInit = {
  matrix: "smpte170m",
  primaries: "bt709",
  transfer: "bt709",
  fullRange: false,
};

function decoderConfig({ facts }: SampleIndex): VideoDecoderConfig {
  const { codec, config, codedWidth, codedHeight } = facts;
  const description = config.length > 0 ? { description: config } : {};
  return { codec, codedWidth, codedHeight, colorSpace: COLOURS, ...description };
}

function hasFrames(index: SampleIndex, job: JobFacts, { start, step }: VideoLinks): boolean {
  return start + job.stop_frame * step < index.frames;
}
