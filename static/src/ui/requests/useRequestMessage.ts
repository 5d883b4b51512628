import { useTranslation } from "react-i18next";
import type { BackgroundRequest } from "../../api/types";
import { countText } from "../reports/reportWords";
import { type Sentences, translated } from "./requestMessage";

const COUNTED = /^(Exported|Imported) (\d+) objects? on (\d+) frames?\.$/;

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
      return t(`reports:summary.${verb.toLowerCase()}`, {
        objects: countText("objects", Number(objects), t, i18n.language),
        frames: countText("frames", Number(frames), t, i18n.language),
      });
    }
    const sentences = i18n.getResourceBundle(i18n.language, "messages") as Sentences | undefined;
    return sentences ? translated(message, sentences) : message;
  };
}
