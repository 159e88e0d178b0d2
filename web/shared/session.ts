/** Who is signed in here. */

import { get, Refused, send, type Shape } from "./api";

export type Me = Shape<"Me">;

/** Who is signed in; null: nobody. */
export async function whoAmI(): Promise<Me | null> {
  try {
    return await get("/api/v1/session");
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return null;
    throw error;
  }
}

/** The host of the OpenID provider that people may sign in with; null: a password is the only way. */
export async function openIdProvider(): Promise<string | null> {
  return (await get("/api/v1/session/ways")).openid;
}

export async function signIn(email: string, password: string): Promise<Me> {
  const response = await send("/api/v1/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  return (await response.json()) as Me;
}

export async function signOut(): Promise<void> {
  await send("/api/v1/session", { method: "DELETE" });
}
