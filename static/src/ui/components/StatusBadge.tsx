import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";

const COLORS: Record<string, string> = {
  completed: "teal",
  finished: "teal",
  "in progress": "sky",
  started: "sky",
  validation: "violet",
  rejected: "red",
  failed: "red",
};

interface Props {
  kind: "status" | "stage" | "state" | "request";
  value: string;
}

/** A status, stage or state in its colour; the neutral ones stay grey. */
export function StatusBadge({ kind, value }: Props) {
  const { t } = useTranslation();
  return <Badge color={COLORS[value] ?? "gray"}>{t(`${kind}.${value}`)}</Badge>;
}
