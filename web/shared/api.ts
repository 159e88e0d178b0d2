/** Requests to the server that this page came from, typed by its OpenAPI document (see openapi.d.ts). */

import type { components, paths } from "./openapi.d.ts";

export type Shape<Name extends keyof components["schemas"]> = components["schemas"][Name];

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

export interface ProblemDocument {
  readonly detail?: string;
  readonly title?: string;
  readonly [fact: string]: unknown;
}

/** The server refused: its problem document (RFC 9457). */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: ProblemDocument,
  ) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
  }
}

/** The server does not answer: we, or it, are cut off. */
export class Unreachable extends Error {}

export async function send(path: string, options: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...options });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Unreachable(String(error));
  }
  if (!response.ok) {
    const problem: unknown = await response.json().catch(() => null);
    throw new Refused(response.status, (typeof problem === "object" ? (problem as ProblemDocument) : null) ?? {});
  }
  return response;
}

export async function get<Path extends keyof paths & string>(
  path: Path,
  query: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Answer<Path>> {
  const asked = new URLSearchParams(query).toString();
  const response = await send(asked === "" ? path : `${path}?${asked}`, signal === undefined ? {} : { signal });
  return (await response.json()) as Answer<Path>;
}
