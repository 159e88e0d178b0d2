/** Signing this phone in and out. */

import { Refused, Unreachable } from "@fieldwright/shared/api";
import type { Instant } from "../day/documents";
import { tell } from "../sync/news";
import { writing } from "../store/database";
import { type Device, recall, recalled, remember } from "../store/meta";
import { EVERYTHING, forgetPerson } from "../store/forgetting";
import { keepForGood } from "../store/room";
import { forgetToldLanguage } from "../told-language";
import { newKey, publicKey } from "./dpop";
import { dropKept } from "../map/kept-bytes";
import { forgetWaking, stopWaking } from "./push";
import { problemOf, reach, request, revocation, Revoked, sending, SignedOut } from "./request";

interface SignedIn {
  readonly device: string;
  readonly token: string;
  readonly expires_at: Instant;
  readonly me: { readonly user_id: string; readonly technician_id: string; readonly name: string; readonly language: string | null };
  readonly now: Instant;
  readonly pace: number;
}

/** Of this app, not of the API. */
const VERSION = "1.0";

/**
 * Sign somebody in on this phone. Answers the language they have in their profile. Throws Refused, Unreachable, or
 * Revoked where the phone is to be emptied; it is then.
 */
export async function signIn(email: string, password: string, called: string): Promise<string | null> {
  return await enter({ email, password }, called);
}

/**
 * Sign in who has just come back from the OpenID provider: this browser's session lets the phone in, and ends by it.
 * The only request that carries a cookie. Otherwise as {@link signIn}.
 */
export async function signInBySession(called: string): Promise<string | null> {
  return await enter({}, called, { credentials: "same-origin" });
}

async function enter(who: { readonly email?: string; readonly password?: string }, called: string, how: RequestInit = {}): Promise<string | null> {
  const [known, key] = [await recall("device"), await deviceKey()];
  const device = {
    id: known?.id ?? null,
    name: called,
    platform: platform(),
    app_version: VERSION,
    key: key === null ? null : await publicKey(key),
  };
  const response = await reach("/api/v1/phone/sign-in", { ...sending("POST", { ...who, device }), ...how });
  if (!response.ok) {
    const refused = new Refused(response.status, await problemOf(response));
    throw (await revocation(refused)) ?? refused;
  }
  const answer = (await response.json()) as SignedIn;
  const another = known !== undefined && known.user !== answer.me.user_id;
  await begin(
    {
      id: answer.device,
      user: answer.me.user_id,
      technician: answer.me.technician_id,
      name: answer.me.name,
      called,
      token: answer.token,
      expires_at: answer.expires_at,
    },
    { now: answer.now, at: Date.now(), pace: answer.pace },
  );
  const nonce = response.headers.get("DPoP-Nonce");
  if (nonce !== null) await remember("nonce", nonce);
  if (known?.user !== answer.me.user_id) await dropKept();
  if (another) await forgetWaking();
  tell("changed");
  // The answer changes nothing for the person; Me says how it stands.
  void keepForGood();
  return answer.me.language;
}

/** From here on the phone is theirs. Somebody else's day goes; what they tapped stays locked until they come back. */
async function begin(device: Device, clock: { now: Instant; at: number; pace: number }): Promise<void> {
  await writing(EVERYTHING, async (transaction) => {
    const meta = transaction.objectStore("meta");
    const before = await recalled(transaction, "device");
    if (before?.user !== device.user) await forgetPerson(transaction);
    await meta.delete("wiped");
    await meta.put(clock, "clock");
    await meta.put(device, "device");
  });
}

/** This browser's key, made once; null where the browser has no cryptography (an address that is not secure). */
async function deviceKey(): Promise<CryptoKeyPair | null> {
  const known = await recall("key");
  if (known !== undefined) return known;
  if (globalThis.crypto?.subtle === undefined) return null;
  const made = await newKey();
  await remember("key", made);
  return made;
}

/** Sign out: the day goes from this phone, and the token is given back where the network allows. Taps wait. */
export async function signOut(): Promise<void> {
  try {
    await request("/api/v1/phone/device", { method: "DELETE" });
  } catch (error) {
    // Without a network the token is forgotten here, and ends by itself there.
    const done = [Unreachable, Refused, SignedOut, Revoked].some((kind) => error instanceof kind);
    if (!done) throw error;
  }
  await writing(EVERYTHING, async (transaction) => {
    const device = await recalled(transaction, "device");
    if (device !== undefined) await transaction.objectStore("meta").put({ ...device, token: null }, "device");
    await forgetPerson(transaction);
  });
  await dropKept();
  await stopWaking();
  forgetToldLanguage();
  tell("changed");
}

/** A name that says which phone it is, to begin with. */
export function suggestedName(): string {
  const agent = navigator.userAgent;
  const model = /Android [^;)]*; ([^;)]+)/.exec(agent)?.[1]?.replace(/ Build.*/, "").trim();
  if (model !== undefined && model !== "K") return model;
  return KINDS.find(([pattern]) => pattern.test(agent))?.[1] ?? "Phone";
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android phone"],
  [/Macintosh/, "Mac"],
  [/Windows/, "Windows PC"],
  [/Linux/, "Linux PC"],
];

function platform(): string {
  return navigator.userAgent.slice(0, 120);
}
