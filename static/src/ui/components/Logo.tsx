import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function Logo() {
  const { t } = useTranslation();
  return (
    <Group gap={8} wrap="nowrap">
      <img src="/logo.svg" width={22} height={22} alt="" />
      <Text component="span" fw={600} size="md" lts={-0.2}>
        {t("product")}
      </Text>
    </Group>
  );
}
