import { queryOptions } from "@tanstack/react-query";
import { answer, api, csrfToken } from "./client";
import { ApiError } from "./errors";
import type { User } from "./types";

export interface Registration {
  username: string;
  email: string;
  first_name: string;
  last_name: string;
  password1: string;
  password2: string;
}

export interface PasswordChange {
  old_password: string;
  new_password1: string;
  new_password2: string;
}

export const sessionKey = ["session"] as const;

/** The signed-in user, or null. */
export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: async ({ signal }): Promise<User | null> => {
    // Both cookies come and go together, and this one can be read: no need to ask.
    if (!csrfToken()) return null;
    try {
      return (await answer(api.GET("/api/users/self", { signal }))) as User;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

export function signIn(username: string, password: string): Promise<unknown> {
  return answer(api.POST("/api/auth/login", { body: { username, password } }));
}

export function signOut(): Promise<unknown> {
  return answer(api.POST("/api/auth/logout", {}));
}

/** Creates an account; it does not sign in. */
export function register(registration: Registration): Promise<unknown> {
  return answer(api.POST("/api/auth/register", { body: registration }));
}

export function changePassword(change: PasswordChange): Promise<unknown> {
  return answer(api.POST("/api/auth/password/change", { body: change }));
}
