import { expect, test } from "vitest";
import { base64url, newKey, proof, publicKey } from "./dpop";

const decoded = (part: string): Record<string, unknown> =>
  JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/"))) as Record<string, unknown>;
const bytes = (part: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

const ASKED = { method: "GET", url: "https://example.org/api/v1/phone/changes", token: "a token", nonce: "n-1" } as const;

test("a proof says what is asked for, by which token, and is signed by the key that it names", async () => {
  const key = await newKey();
  const [header = "", claims = "", signature = ""] = (await proof(key, ASKED)).split(".");

  expect(decoded(header)).toEqual({ typ: "dpop+jwt", alg: "ES256", jwk: await publicKey(key) });
  expect(decoded(claims)).toMatchObject({ htm: "GET", htu: ASKED.url, nonce: "n-1" });
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode("a token")));
  expect(decoded(claims).ath).toBe(base64url(digest));
  const fits = await crypto.subtle.verify(
    { name: "ECDSA", hash: "SHA-256" },
    key.publicKey,
    bytes(signature),
    new TextEncoder().encode(`${header}.${claims}`),
  );
  expect(fits).toBe(true);
});

test("no two proofs are the same, and the private key cannot be taken out", async () => {
  const key = await newKey();
  const ids = new Set<unknown>();
  for (let count = 0; count < 20; count += 1) ids.add(decoded((await proof(key, ASKED)).split(".")[1] ?? "").jti);

  expect(ids.size).toBe(20);
  await expect(crypto.subtle.exportKey("jwk", key.privateKey)).rejects.toThrow();
});
