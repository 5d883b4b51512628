import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** More names than this tell nothing new. */
const NAMED = 3;

/** Says which files of a folder do not become part of the task. Nothing if all do. */
export function LeftOut({ names }: { names: readonly string[] }) {
  const { t } = useTranslation("tasks");
  if (names.length === 0) return null;
  const named = names.slice(0, NAMED).join(", ");
  return (
    <Text c="dimmed" fz={12} mt={6} role="status" truncate title={names.slice(0, 100).join("\n")}>
      {t("media.leftOut", {
        count: names.length,
        names: names.length > NAMED ? `${named}, …` : named,
      })}
    </Text>
  );
}
