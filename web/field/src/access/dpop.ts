/**
 * Proofs that a request comes from this phone: DPoP (RFC 9449), signed with ES256 by a key that never leaves the
 * browser. A stolen token is worth nothing without it.
 */

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNED = { name: "ECDSA", hash: "SHA-256" } as const;

/** A pair whose private half cannot be read, not even by this page. */
export async function newKey(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
}

/** The public half as a JWK with the members that RFC 7638 counts, and no others. */
export async function publicKey(key: CryptoKeyPair): Promise<JsonWebKey> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", key.publicKey);
  if (kty === undefined || crv === undefined || x === undefined || y === undefined) {
    throw new Error("The browser has made a key of another kind than asked for.");
  }
  return { crv, kty, x, y };
}

export interface Proven {
  readonly method: string;
  /** Without query and fragment (RFC 9449, section 4.2). */
  readonly url: string;
  readonly token: string;
  /** What the server has given last; null: nothing so far. */
  readonly nonce: string | null;
}

/** The proof for one request (RFC 9449, section 4.2); each is used once. */
export async function proof(key: CryptoKeyPair, { method, url, token, nonce }: Proven): Promise<string> {
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: await publicKey(key) };
  const claims = {
    jti: crypto.randomUUID(),
    htm: method,
    htu: url,
    iat: Math.floor(Date.now() / 1000),
    ath: base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)))),
    ...(nonce === null ? {} : { nonce }),
  };
  const signed = `${encoded(header)}.${encoded(claims)}`;
  const signature = await crypto.subtle.sign(SIGNED, key.privateKey, new TextEncoder().encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}

function encoded(part: object): string {
  return base64url(new TextEncoder().encode(JSON.stringify(part)));
}

export function base64url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (one) => String.fromCharCode(one)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
