/** A network that answers as a test says, and remembers what was asked of it. */

import { vi } from "vitest";

export interface Asked {
  readonly path: string;
  readonly options: RequestInit;
}

/** `answer`: by method and path, such as "POST /api/v1/phone/sign-in". */
export function fakeFetch(answer: (asked: string) => Response): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("location", { origin: "https://field.example", href: "https://field.example/field" });
  vi.stubGlobal("fetch", (path: string, options: RequestInit = {}) => {
    asked.push({ path, options });
    return Promise.resolve(answer(`${options.method ?? "GET"} ${path}`));
  });
  return asked;
}

export function problem(status: number, code: string, facts: object = {}): Response {
  return Response.json({ type: `urn:fieldwright:problem:${code}`, detail: "Said by the server.", ...facts }, { status });
}
