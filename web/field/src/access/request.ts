/** Requests in the name of this phone: with its token and a proof of its key, and what the server's refusals mean. */

import { type ProblemDocument, Refused, Unreachable } from "@fieldwright/shared/api";
import { recall, remember } from "../store/meta";
import { wipe } from "../sync/wipe";
import { proof } from "./dpop";

/** Nobody is signed in on this phone (any more). */
export class SignedOut extends Error {}

/** The dispatcher has taken this phone out of the operation; `wipe`: what is on it is to be deleted. */
export class Revoked extends Error {
  constructor(readonly wipe: boolean) {
    super("This phone has been taken out of the operation.");
  }
}

const URN = "urn:fieldwright:problem:";
/** A request that takes longer is given up; a dead spot often looks like a slow network. */
const PATIENCE_MS = 30_000;

/** The stable code of a refusal, such as `device-revoked`. */
export function codeOf({ problem }: Refused): string {
  return typeof problem.type === "string" ? problem.type.replace(URN, "") : "";
}

interface Options {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
}

/** Ask the server. Throws Unreachable, Refused, Revoked or SignedOut. */
export async function request(path: string, options: Options = {}): Promise<Response> {
  let response = await attempt(path, options);
  // The proof was not good enough: an old nonce, or the browser has sent one proof twice. Another one is.
  if (response.status === 401 && /use_dpop_nonce|invalid_dpop_proof/.test(response.headers.get("WWW-Authenticate") ?? "")) {
    response = await attempt(path, options);
  }
  if (response.ok) return response;
  throw await refusalOf(new Refused(response.status, await problemOf(response)));
}

export async function json<Body>(path: string, options: Options = {}): Promise<Body> {
  const response = await request(path, options);
  return (await readable(response)) as Body;
}

/** As JSON, which `body` becomes. */
export function sending(method: string, body: unknown): Options {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

async function attempt(path: string, { method = "GET", headers = {}, body }: Options): Promise<Response> {
  const device = await recall("device");
  if (device === undefined || device.token === null) throw new SignedOut();
  const response = await reach(path, {
    method,
    headers: { ...headers, ...(await credentials(method, path, device.token)) },
    ...(body === undefined ? {} : { body }),
  });
  const nonce = response.headers.get("DPoP-Nonce");
  if (nonce !== null && nonce !== (await recall("nonce"))) await remember("nonce", nonce);
  return response;
}

async function credentials(method: string, path: string, token: string): Promise<Record<string, string>> {
  const key = await recall("key");
  if (key === undefined) return { Authorization: `Bearer ${token}` };
  const url = new URL(path, location.origin);
  const nonce = (await recall("nonce")) ?? null;
  return {
    Authorization: `DPoP ${token}`,
    DPoP: await proof(key, { method, url: url.origin + url.pathname, token, nonce }),
  };
}

/** Fetch it without anybody's cookie. Throws Unreachable where nobody answers in time. */
export async function reach(path: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS), ...options });
  } catch (error) {
    throw new Unreachable(String(error));
  }
}

/** What a refusal means to this phone. */
async function refusalOf(refused: Refused): Promise<Error> {
  if (refused.status !== 401) return refused;
  return (await revocation(refused)) ?? new SignedOut();
}

/**
 * That this phone was taken out of the operation, where a refusal says so; null: it says something else. The server
 * counts on being heard: whichever request brings the word, all is deleted before anything else is done.
 */
export async function revocation(refused: Refused): Promise<Revoked | null> {
  if (refused.status !== 401 || codeOf(refused) !== "device-revoked") return null;
  const wiping = refused.problem.wipe === true;
  if (wiping) await wipe();
  return new Revoked(wiping);
}

/** What stands in a refusal; what is no problem document, as from a proxy on the way, tells nothing. */
export async function problemOf(response: Response): Promise<ProblemDocument> {
  const problem: unknown = await response.json().catch(() => null);
  return typeof problem === "object" ? ((problem as ProblemDocument) ?? {}) : {};
}

/** The answer as JSON. A network's sign-in page that answers in the server's place is no answer. */
async function readable(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new Unreachable(String(error));
  }
}
