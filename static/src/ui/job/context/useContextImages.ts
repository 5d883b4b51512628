import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { send } from "../../../api/client";
import { ApiError } from "../../../api/errors";
import { unpackPictures } from "../../../media/unpack";

/** Frames are left and come back to; pictures that are not shown are dropped after a while. */
const KEPT_MILLISECONDS = 60_000;

/** The context images of a frame as addresses that an `img` takes; undefined while they come. */
export function useContextImages(jobId: number, frame: number) {
  const { data, error } = useQuery({
    queryKey: ["context-images", jobId, frame],
    queryFn: async ({ signal }) => {
      const path = `/api/jobs/${jobId}/data?type=context_image&number=${frame}`;
      const response = await send(path, { signal });
      return unpackPictures(await response.arrayBuffer());
    },
    gcTime: KEPT_MILLISECONDS,
    staleTime: Number.POSITIVE_INFINITY,
    retry: (count, reason) => count < 2 && !(reason instanceof ApiError && reason.status === 404),
  });
  return { images: useAddresses(data), error };
}

function useAddresses(pictures: readonly Blob[] | undefined): readonly string[] | undefined {
  const [addresses, setAddresses] = useState<readonly string[]>();
  useEffect(() => {
    const made = pictures?.map((picture) => URL.createObjectURL(picture));
    setAddresses(made);
    return () => {
      for (const address of made ?? []) URL.revokeObjectURL(address);
    };
  }, [pictures]);
  return addresses;
}
