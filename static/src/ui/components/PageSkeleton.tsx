import { Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** A page that has not come yet. */
export function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack p="lg" gap="md" aria-busy="true" aria-label={t("loading")} role="status">
      <Skeleton height={26} width={220} />
      <Skeleton height={14} width="45%" />
      <Skeleton height={14} width="30%" />
    </Stack>
  );
}
