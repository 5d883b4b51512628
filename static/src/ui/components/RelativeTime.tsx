import { useTranslation } from "react-i18next";
import { formatDateTime, formatRelative } from "../../i18n/format";

export function RelativeTime({ date }: { date: string }) {
  const { i18n } = useTranslation();
  const moment = new Date(date);
  return (
    <time dateTime={date} title={formatDateTime(moment, i18n.language)}>
      {formatRelative(moment, new Date(), i18n.language)}
    </time>
  );
}
