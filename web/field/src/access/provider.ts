/** Signing in at an OpenID provider: away from this page, and back to it with a session of the browser. */

import { useEffect, useState } from "react";
import { type Shape, Unreachable } from "@fieldwright/shared/api";
import { reach } from "./request";

/** Where the browser goes; from there it comes back to this page. */
export const AWAY = "/api/v1/openid?to=field";

const CALLED = "fieldwright.field.away";

/** Remember that this tab leaves for the provider, and what the phone is to be called. */
export function leaving(called: string): void {
  sessionStorage.setItem(CALLED, called);
}

/** What the phone is to be called, once, in the tab that has come back; null: it was not away. */
export function comeBack(): string | null {
  const called = sessionStorage.getItem(CALLED);
  sessionStorage.removeItem(CALLED);
  return called;
}

/** The provider's host, where people may sign in with one; null: by password only, or nobody answers. */
export function useProvider(): string | null {
  const [host, setHost] = useState<string | null>(null);
  useEffect(() => {
    if (!navigator.onLine) return;
    void ways().then((found) => setHost(found));
  }, []);
  return host;
}

async function ways(): Promise<string | null> {
  try {
    const response = await reach("/api/v1/session/ways", {});
    return response.ok ? ((await response.json()) as Shape<"Ways">).openid : null;
  } catch (error) {
    // Without a network nobody can sign in; the form says so when it is tried. A SyntaxError: something answers in the
    // server's place, such as a network's own sign-in page.
    if (!(error instanceof Unreachable || error instanceof SyntaxError)) throw error;
    return null;
  }
}
