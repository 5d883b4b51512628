import { Alert, Button, Group } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DatasetTarget } from "../../api/types";
import { formatNumber } from "../../i18n/format";

interface Props {
  target: DatasetTarget;
  /** Objects that go. */
  count: number;
  onConfirm: () => void;
  onCancel: () => void;
}

/** Asks before an import takes the place of annotations. */
export function ReplaceWarning({ target, count, onConfirm, onCancel }: Props) {
  const { t, i18n } = useTranslation("datasets");
  const number = formatNumber(count, i18n.language);
  return (
    <Alert
      color="red"
      variant="light"
      role="alertdialog"
      aria-label={t("replace.title", { count, number })}
      icon={<IconAlertTriangle size={18} />}
      title={t("replace.title", { count, number })}
    >
      {t("replace.text", { context: target })}
      <Group justify="flex-end" gap="xs" mt="sm">
        <Button variant="default" onClick={onCancel} autoFocus>
          {t("common:action.cancel")}
        </Button>
        <Button color="red" onClick={onConfirm}>
          {t("replace.confirm", { count, number })}
        </Button>
      </Group>
    </Alert>
  );
}
