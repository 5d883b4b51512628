import { createContext, useContext } from "react";
import type { ActionContext } from "../../actions/action";
import type { JobSession } from "../../io/job-session";

export const JobContext = createContext<ActionContext | null>(null);

/** What actions act upon. Only below an open job. */
export function useActionContext(): ActionContext {
  const context = useContext(JobContext);
  if (!context) throw new Error("useActionContext is used outside an open job");
  return context;
}

export function useJobSession(): JobSession {
  return useActionContext().session;
}
