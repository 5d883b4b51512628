import { IconBrandGoogle, IconBucket, IconCloud } from "@tabler/icons-react";
import type { Provider } from "../../api/storages";

const MARKS = {
  AWS_S3_BUCKET: IconBucket,
  AZURE_CONTAINER: IconCloud,
  GOOGLE_CLOUD_STORAGE: IconBrandGoogle,
};

export function ProviderMark({ provider }: { provider: Provider }) {
  const Mark = MARKS[provider];
  return <Mark size={16} stroke={1.5} style={{ flex: "none" }} />;
}
