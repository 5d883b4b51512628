import { useRouteError } from "react-router";
import { ErrorState } from "../components/ErrorState";

/** Shown instead of a page that failed, also when its code could not be fetched after an update. */
export function CrashPage() {
  const error = useRouteError();
  return <ErrorState error={error} onRetry={() => window.location.reload()} />;
}
