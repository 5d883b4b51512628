import { Button, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { errorText } from "./errorText";

interface Props {
  error: unknown;
  onRetry?: () => unknown;
}

export function ErrorState({ error, onRetry }: Props) {
  const { t } = useTranslation();
  return (
    <Stack align="center" gap="xs" py={72} px="md" role="alert">
      <IconAlertTriangle size={28} stroke={1.5} color="var(--mantine-color-error)" />
      <Title order={2}>{t("error.title")}</Title>
      <Text c="dimmed" ta="center" maw={440}>
        {errorText(error, t)}
      </Text>
      {onRetry && (
        <Button variant="default" mt="xs" onClick={() => onRetry()}>
          {t("action.retry")}
        </Button>
      )}
    </Stack>
  );
}
