import type { TFunction } from "i18next";
import { JOB_STAGES, JOB_STATES } from "../../api/types";
import type { ListFilter } from "../components/list/ListToolbar";

export function jobFilters(t: TFunction<"jobs">): ListFilter[] {
  return [
    {
      name: "stage",
      anyLabel: t("anyStage"),
      options: JOB_STAGES.map((value) => ({ value, label: t(`common:stage.${value}`) })),
    },
    {
      name: "state",
      anyLabel: t("anyState"),
      options: JOB_STATES.map((value) => ({ value, label: t(`common:state.${value}`) })),
    },
  ];
}
