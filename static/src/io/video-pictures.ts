import { send } from "../api/client";
import { PacketPictures, samplesOf } from "../media/packet-pictures";
import { PacketReader } from "../media/packet-reader";
import type { Pictures } from "../media/pictures";
import type { SampleIndex, VideoFacts } from "../media/sample-index";
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
  const links = await askForLinks(job.id);
  if (!links.codec || !(links.video_url || links.ranges_url)) return null;
  const index = await parseSampleIndex(await (await send(links.samples_url)).blob());
  if (!index.facts.contiguous || !hasFrames(index, job, links)) return null;
  const way = await wayToDecode(decoderConfig(index));
  if (!way) return null;
  const { start: first, step } = links;
  const layout = { start: job.start_frame, stop: job.stop_frame, first, step };
  const limit = samplesOf(index, layout) - 1;
  const reader = new PacketReader(index, rangesOf(job.id, links), limit);
  return new PacketPictures(index, reader, new WebDecoder(way), layout);
}

/** Names of the matrices of ISO/IEC 23091-2. */
const MATRICES: Readonly<Record<number, VideoMatrixCoefficients>> = {
  0: "rgb",
  1: "bt709",
  5: "bt470bg",
  6: "smpte170m",
};
const FULL_RANGE = 2;

function decoderConfig({ facts }: SampleIndex): VideoDecoderConfig {
  const { codec, config, codedWidth, codedHeight } = facts;
  const description = config.length > 0 ? { description: config } : {};
  return { codec, codedWidth, codedHeight, colorSpace: colorSpaceOf(facts), ...description };
}

/**
 * How colours are to be read where the packets do not say: as the server reads them, so that a
 * frame looks the same wherever it is decoded.
 */
function colorSpaceOf({ colours: [, , matrix, range] }: VideoFacts): VideoColorSpaceInit {
  const fullRange = range === FULL_RANGE;
  const known = MATRICES[matrix] ?? "smpte170m";
  return { matrix: known, primaries: "bt709", transfer: "bt709", fullRange };
}

function hasFrames(index: SampleIndex, job: JobFacts, { start, step }: VideoLinks): boolean {
  return start + job.stop_frame * step < index.frames;
}
