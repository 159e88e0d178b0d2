/** Tapping: what is done on a screen is kept first, and sent when the network allows. */

import type { Medium, Purpose, VisitDocument } from "../day/documents";
import { isFinal } from "../day/lifecycle";
import { keep, keepAll, keepPicture, type Tap } from "../store/outbox";
import { dropPicture, type Picture, sha256, type Taken } from "../store/pictures";
import type { DataOf, Entry, Kind, VisitKind } from "./actions";
import { tell } from "./news";
import { somethingToSend } from "./turns";

type Listener = (entry: Entry) => void;
const listeners = new Set<Listener>();

/** Be told of every tap once it is kept, such as to confirm it by a buzz; until the answer is called. */
export function whenTapped(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function kept(entry: Entry): void {
  somethingToSend();
  for (const listener of listeners) listener(entry);
}

type AboutOf<K extends Kind> = K extends VisitKind ? string : null;

/**
 * Do it. When the answer comes it is on this phone's disk, in its place among the taps, and will be sent; `visit` is
 * the visit's own id (`VisitDocument.visit`), null for what is about duty. Throws Full where there is no room at all:
 * then nothing was kept, and the screen has to say so.
 */
export async function act<K extends Kind>(kind: K, visit: AboutOf<K>, data: DataOf<K>): Promise<Entry> {
  const entry = await keep({ kind, visit, data: data as Entry["data"] });
  kept(entry);
  return entry;
}

/** Several taps about one visit that belong together, in their order: all of them are kept, or none. */
export async function actAll(visit: string, taps: readonly Doing[]): Promise<void> {
  for (const entry of await keepAll(taps.map((one) => tapOf(visit, one)))) kept(entry);
}

/** What is done at a visit. */
export type Doing = { [K in VisitKind]: { readonly kind: K; readonly data: DataOf<K> } }[VisitKind];

function tapOf(visit: string, { kind, data }: Doing): Tap {
  return { kind, visit, data: data as Entry["data"] };
}

/** Longest side of a photo, in pixels: a type plate is readable, and a dead spot holds dozens. */
const LONGEST = 1600;
const QUALITY = 0.82;

/**
 * Keep a picture, scaled down; answers its digest, by which `attach` and `sign` speak of it. Signatures stay PNG.
 * Nothing is said of it to the server's visit until one of them is tapped; prefer {@link attachPhoto}.
 */
export async function keepPhoto(blob: Blob, purpose: Purpose): Promise<string> {
  const made = await prepared(blob, purpose);
  await keepPicture(made);
  return made.sha256;
}

/** Keep a picture and say in the same moment that it belongs to a visit, and to which field of its checklist. */
export async function attachPhoto(
  visit: string,
  blob: Blob,
  purpose: Purpose,
  about: { readonly caption?: string; readonly field?: string } = {},
): Promise<string> {
  const made = await prepared(blob, purpose);
  kept(await keep({ kind: "attach", visit, data: { sha256: made.sha256, purpose, ...about } }, [made]));
  return made.sha256;
}

/** Keep a signature and who has signed, in the same moment. */
export async function signWith(visit: string, blob: Blob, name: string): Promise<string> {
  const made = await prepared(blob, "signature");
  kept(await keep({ kind: "sign", visit, data: { sha256: made.sha256, name } }, [made]));
  return made.sha256;
}

/**
 * Take a picture again that this phone has lost: the new one stands where the lost one stood, in the visit and in the
 * answers of its checklist.
 */
export async function takeAgain(visit: VisitDocument, lost: Medium, blob: Blob): Promise<void> {
  const { purpose, caption, field } = lost;
  const made = await prepared(blob, purpose);
  const about = { ...(caption === null ? {} : { caption }), ...(field === null ? {} : { field }) };
  const taps: Doing[] = [{ kind: "attach", data: { sha256: made.sha256, purpose, ...about } }];
  const answer = field === null ? undefined : visit.checklist?.answers?.[field];
  if (visit.checklist !== null && field !== null && Array.isArray(answer) && !isFinal(visit.status)) {
    const answers = { [field]: (answer as readonly unknown[]).map((one) => (one === lost.sha256 ? made.sha256 : one)) };
    taps.push({ kind: "checklist", data: { version: visit.checklist.version, answers } });
  }
  for (const entry of await keepAll(taps.map((one) => tapOf(visit.visit, one)), [made])) kept(entry);
  await leaveOut(lost.sha256);
}

/** A picture that was lost is not missed any more. */
export async function leaveOut(digest: string): Promise<void> {
  await dropPicture(digest);
  tell("changed");
}

async function prepared(blob: Blob, purpose: Purpose): Promise<Taken> {
  const small = purpose === "signature" ? blob : await scaledDown(blob);
  const bytes = await small.arrayBuffer();
  return {
    sha256: await sha256(bytes),
    purpose,
    type: small.type as Picture["type"],
    size: bytes.byteLength,
    bytes,
    at: new Date().toISOString(),
    offset: null,
    state: "waiting",
    why: null,
  };
}

/** As a JPEG whose longest side is at most 1600 pixels, upright. Throws where the browser cannot read the picture. */
export async function scaledDown(blob: Blob): Promise<Blob> {
  const image = await createImageBitmap(blob, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const [width, height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.drawImage(image, 0, 0, width, height);
  image.close();
  return await new Promise((resolve, reject) => {
    canvas.toBlob(
      (made) => (made === null ? reject(new Error("The browser cannot write this picture.")) : resolve(made)),
      "image/jpeg",
      QUALITY,
    );
  });
}
