import { send } from "../api/client";
import { DecoderThread } from "../media/decoder-thread";
import { PacketPictures } from "../media/packet-pictures";
import { PacketReader } from "../media/packet-reader";
import type { Pictures } from "../media/pictures";
import type { SampleIndex } from "../media/sample-index";
import { parseSampleIndex } from "../media/sample-index";
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
  const video = decoderConfig(index);
  if (!index.facts.contiguous || !hasFrames(index, job, links)) return null;
  if (!(await VideoDecoder.isConfigSupported(video)).supported) return null;
  const reader = new PacketReader(index, rangesOf(job.task_id, links));
  const config = { video, orientation: index.facts.orientation };
  const layout = {
    start: job.start_frame,
    stop: job.stop_frame,
    first: links.start,
    step: links.step,
  };
  return new PacketPictures(index, reader, new DecoderThread(), config, layout);
}

function decoderConfig({ facts }: SampleIndex): VideoDecoderConfig {
  const { codec, config, codedWidth, codedHeight } = facts;
  return { codec, codedWidth, codedHeight, ...(config.length > 0 && { description: config }) };
}

function hasFrames(index: SampleIndex, job: JobFacts, { start, step }: VideoLinks): boolean {
  return start + job.stop_frame * step < index.frames;
}
