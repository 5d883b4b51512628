import { expect, test } from "vitest";
import { DEFAULT_OPTIONS, dataSpec, nameFromFiles, type TaskForm, taskSpec } from "./taskForm";

const FORM: TaskForm = {
  name: " Street ",
  projectId: null,
  labels: [{ name: "car", color: "#112233", type: "any", attributes: [] }],
  subset: "",
  bugTracker: "",
  segmentSize: "",
  overlap: "",
  options: DEFAULT_OPTIONS,
};

test("what was left empty is left to the server", () => {
  expect(taskSpec(FORM)).toEqual({ name: "Street", labels: FORM.labels });
  expect(dataSpec(DEFAULT_OPTIONS, ["a.jpg"])).toEqual({
    image_quality: 70,
    sorting_method: "lexicographical",
    use_zip_chunks: false,
    use_cache: true,
  });
});

test("what was filled in is sent, zeros too", () => {
  const form = { ...FORM, subset: "train", segmentSize: 100, overlap: 0 } as const;
  expect(taskSpec(form)).toMatchObject({ subset: "train", segment_size: 100, overlap: 0 });
  const options = { ...DEFAULT_OPTIONS, startFrame: 0, stopFrame: 9, frameStep: 3 } as const;
  expect(dataSpec(options, [])).toMatchObject({
    start_frame: 0,
    stop_frame: 9,
    frame_filter: "step=3",
  });
});

test("a task of a project has no labels of its own", () => {
  expect(taskSpec({ ...FORM, projectId: 7 })).toEqual({ name: "Street", project_id: 7 });
});

test("the chosen order is sent when it is to be kept", () => {
  const options = { ...DEFAULT_OPTIONS, sortingMethod: "predefined" } as const;
  expect(dataSpec(options, ["b.jpg", "a.jpg"]).upload_file_order).toEqual(["b.jpg", "a.jpg"]);
});

test("the seed is sent with the random order, and with no other", () => {
  const random = { ...DEFAULT_OPTIONS, sortingMethod: "random", seed: 0 } as const;
  expect(dataSpec(random, [])).toMatchObject({ sorting_method: "random", sorting_seed: 0 });
  expect(dataSpec({ ...random, sortingMethod: "natural" }, [])).not.toHaveProperty("sorting_seed");
});

test("a task without a name is named after its first file", () => {
  expect(nameFromFiles([{ name: "cam.2.mp4" }, { name: "x.jpg" }])).toBe("cam.2");
  expect(nameFromFiles([{ name: ".hidden" }])).toBe(".hidden");
});
