import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { linkProblem, linksOf } from "./links";

interface Props {
  text: string;
  onChange: (text: string) => void;
}

/** Addresses of files that the server fetches. */
export function LinksField({ text, onChange }: Props) {
  const { t } = useTranslation("tasks");
  const problem = linkProblem(text);
  const count = linksOf(text).length;
  return (
    <Textarea
      aria-label={t("source.links")}
      description={count > 0 && !problem ? t("links.count", { count }) : t("links.hint")}
      placeholder={t("links.placeholder")}
      error={problem && t(`links.problem.${problem.problem}`, { link: problem.link })}
      autosize
      minRows={5}
      maxRows={12}
      spellCheck={false}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
      inputWrapperOrder={["label", "input", "error", "description"]}
    />
  );
}
