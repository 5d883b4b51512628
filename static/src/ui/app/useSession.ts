import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../../api/session";
import type { User } from "../../api/types";

/** The signed-in user. Only below `RequireSession`. */
export function useSession(): User {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error("useSession is used outside RequireSession");
  return data;
}
