import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  icon: ReactNode;
  title: string;
  text: string;
  action?: ReactNode;
}

export function EmptyState({ icon, title, text, action }: Props) {
  return (
    <Stack align="center" gap={6} py={72} px="md">
      {icon}
      <Title order={2} mt={4}>
        {title}
      </Title>
      <Text c="dimmed" ta="center" maw={400}>
        {text}
      </Text>
      {action && <div style={{ marginTop: 10 }}>{action}</div>}
    </Stack>
  );
}
