/** The server writes to people in their language: told when it is chosen here, again until it has heard. */

import { useEffect } from "react";
import { Refused, Unreachable } from "@fieldwright/shared/api";
import type { Language } from "@fieldwright/shared/texts";
import { request, Revoked, sending, SignedOut } from "./access/request";
import { useStanding } from "./sync";

const TOLD = "fieldwright.language-told";

export function useToldLanguage(language: Language, signedIn: boolean): void {
  const { busy, went } = useStanding();
  useEffect(() => {
    if (!signedIn || busy || went !== "done" || localStorage.getItem(TOLD) === language) return;
    request("/api/v1/phone/profile", sending("PUT", { language })).then(
      () => localStorage.setItem(TOLD, language),
      (error: unknown) => {
        // Nothing hangs on it: it is told after one of the next rounds.
        const known = [Refused, Unreachable, SignedOut, Revoked].some((kind) => error instanceof kind);
        if (!known) throw error;
      },
    );
  }, [language, signedIn, busy, went]);
}

/** Somebody else may have another language in their profile. */
export function forgetToldLanguage(): void {
  localStorage.removeItem(TOLD);
}
