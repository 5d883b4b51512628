import { useQuery } from "@tanstack/react-query";
import { Navigate, Outlet, useLocation } from "react-router";
import { sessionQuery } from "../../api/session";
import { ErrorState } from "../components/ErrorState";
import { PageSkeleton } from "../components/PageSkeleton";

/** Shows the page to a signed-in user; anyone else signs in first and is brought back. */
export function RequireSession() {
  const { pathname, search } = useLocation();
  const { data: user, error, isPending, refetch } = useQuery(sessionQuery);
  if (isPending) return <PageSkeleton />;
  if (user) return <Outlet />;
  if (error) return <ErrorState error={error} onRetry={refetch} />;
  const next = pathname === "/" ? "" : `?next=${encodeURIComponent(pathname + search)}`;
  return <Navigate to={`/sign-in${next}`} replace />;
}
