import { useTranslation } from "react-i18next";
import type { BackgroundRequest } from "../../api/types";
import { summaryText } from "../reports/reportWords";
import { type Sentences, translated } from "./requestMessage";

/** Counts, and what was left out, which the report tells better. */
const COUNTED = /^(Exported|Imported) ([\d,]+) objects? on ([\d,]+) frames?\b/;
const LEFT_OUT = /([\d,]+) left out/;
/** What stands behind it is told by the report, in the reader's language. */
const REASONS = " Left out: ";

/** `1,205` as a number. */
function numberIn(text = "0"): number {
  return Number(text.replaceAll(",", ""));
}

/** What the server says when someone has stopped a request. */
const CANCELLED = "Cancelled by the user.";

export function isCancelled({ status, message }: Pick<BackgroundRequest, "status" | "message">) {
  return status === "failed" && message === CANCELLED;
}

/** Says what the server says of a request, in the reader's language. */
export function useRequestMessage() {
  const { t, i18n } = useTranslation();
  return ({ message }: Pick<BackgroundRequest, "message">): string => {
    const counted = COUNTED.exec(message);
    if (counted) {
      const [, verb = "", objects, frames] = counted;
      const leftOut = LEFT_OUT.exec(message)?.[1];
      const counts = { format: "", verb, objects: numberIn(objects), frames: numberIn(frames) };
      const summary = summaryText(counts, t, i18n.language);
      if (leftOut === undefined) return summary;
      return `${summary}; ${t("reports:leftOutCount", { number: leftOut })}`;
    }
    const sentences = i18n.getResourceBundle(i18n.language, "messages") as Sentences | undefined;
    const [told = "", reasons] = message.split(REASONS);
    const text = sentences ? translated(told, sentences) : told;
    return reasons === undefined ? text : `${text} ${t("reports:someLeftOut")}`;
  };
}
