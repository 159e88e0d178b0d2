import { Refused, send } from "@fieldwright/shared/api";
import type { paths } from "@fieldwright/shared/openapi.d";
import { signedInAgain } from "./signed-out";

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;
export type Method = "POST" | "PUT" | "PATCH" | "DELETE";

type Answer<Path> = Path extends keyof paths
  ? paths[Path] extends { get: { responses: { 200: { content: { "application/json": infer Body } } } } }
    ? Body
    : unknown
  : unknown;

/**
 * Read something. With a path of the OpenAPI document the answer has its type; a path with values in it is told the
 * type of its answer: `ask<Shape<"VisitShape">>(`/api/v1/visits/${id}`)`.
 */
export async function ask<Body = never, Path extends string = string>(
  path: Path,
  query: Query = {},
  signal?: AbortSignal,
): Promise<[Body] extends [never] ? Answer<Path> : Body> {
  const response = await sent(`${path}${written(query)}`, signal === undefined ? {} : { signal });
  return (await response.json()) as [Body] extends [never] ? Answer<Path> : Body;
}

export interface Precondition {
  /** The version that was read (see `etag`): the server refuses (412) where somebody has changed it meanwhile. */
  readonly ifMatch?: string | number;
  readonly signal?: AbortSignal;
  /** The key of the request, where the same may be sent again later, as after a page was loaded anew; else its own. */
  readonly key?: string;
}

/** What the server answered to a change: its body, null where it has none, and the version that it has now. */
export interface Changed<Body> {
  readonly body: Body;
  readonly etag: string | null;
}

/**
 * Change something. The request has a key of its own: where the answer is lost, it is sent once more, with one effect.
 * Throws `Refused` with the server's problem document, or `Unreachable`.
 */
export async function change<Body = unknown>(
  method: Method,
  path: string,
  body?: unknown,
  { ifMatch, signal, key }: Precondition = {},
): Promise<Changed<Body>> {
  const headers: Record<string, string> = { "Idempotency-Key": key ?? crypto.randomUUID() };
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers["Content-Type"] = "application/json";
  if (ifMatch !== undefined) headers["If-Match"] = typeof ifMatch === "number" ? `"${ifMatch}"` : ifMatch;
  const options: RequestInit = { method, headers };
  if (body !== undefined) options.body = form ? body : JSON.stringify(body);
  if (signal !== undefined) options.signal = signal;
  const response = await sent(path, options);
  const text = await response.text();
  return { body: (text === "" ? null : JSON.parse(text)) as Body, etag: response.headers.get("ETag") };
}

/** Send; where the session has ended, wait until somebody has signed in again and send it once more. */
async function sent(path: string, options: RequestInit): Promise<Response> {
  // The server's sentences are said in the language of the page.
  const told: RequestInit = { ...options, headers: { "Accept-Language": document.documentElement.lang || "en", ...options.headers } };
  try {
    return await send(path, told);
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error;
    await signedInAgain();
    return await send(path, told);
  }
}

function written(query: Query): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) asked.append(name, String(one));
  }
  const text = asked.toString();
  return text === "" ? "" : `?${text}`;
}
