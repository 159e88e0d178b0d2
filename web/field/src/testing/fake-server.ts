/** A server as its contract says: each tap once, the same receipt again, waiting for the one before. It can lose things. */

import { Refused, Unreachable } from "@fieldwright/shared/api";
import type { Changes, Document, VisitDocument } from "../day/documents";
import { actionsOf, advance, instantsAfter, isStep } from "../day/lifecycle";
import type { Fix } from "../duty/fixes";
import { type Picture, sha256 } from "../store/pictures";
import type { Receipt, Receipts, SentAction } from "../sync/actions";
import type { Server, Upload } from "../sync/server";

export type Accident = "request" | "answer" | null;

export class FakeServer implements Server {
  readonly visits = new Map<string, VisitDocument>();
  readonly receipts = new Map<string, Receipt>();
  /** Ids in the order in which they were applied or refused. */
  readonly taken: string[] = [];
  readonly media = new Map<string, { bytes: Uint8Array; size: number }>();
  readonly fixes: Fix[] = [];
  readonly uploaded: number[] = [];
  /** What happens to the next request. */
  accident: () => Accident = () => null;
  /** What every request is refused with. */
  refusal: Error | null = null;
  now = Date.parse("2026-11-23T12:00:00Z");
  pace = 1;
  date = "2026-11-23";
  expiresIn = 12 * 3600_000;

  constructor(...visits: VisitDocument[]) {
    for (const one of visits) this.visits.set(one.visit, one);
  }

  async act(actions: readonly SentAction[]): Promise<Receipts> {
    return await this.#answering(() => ({
      received_at: this.#instant(),
      now: this.#instant(),
      pace: this.pace,
      skew: 0,
      receipts: actions.map((one) => this.#take(one)),
    }));
  }

  async changes(): Promise<Changes> {
    return await this.#answering(() => ({
      cursor: String(this.taken.length),
      now: this.#instant(),
      pace: this.pace,
      date: this.date,
      expires_at: new Date(this.now + this.expiresIn).toISOString(),
      full: true,
      documents: [...this.visits.values()] as Document[],
      gone: [],
    }));
  }

  async announce({ sha256: digest, size }: Picture): Promise<Upload> {
    return await this.#answering(() => {
      if (!this.media.has(digest)) this.media.set(digest, { bytes: new Uint8Array(), size });
      return this.#upload(digest);
    });
  }

  async append({ sha256: digest }: Picture, offset: number, bytes: ArrayBuffer): Promise<Upload> {
    return await this.#answering(() => {
      const known = this.media.get(digest);
      if (known === undefined) throw new Refused(404, { detail: "No such picture was announced." });
      if (known.bytes.length !== offset) throw new Refused(409, { detail: "Another offset.", offset: known.bytes.length });
      const longer = new Uint8Array(offset + bytes.byteLength);
      longer.set(known.bytes);
      longer.set(new Uint8Array(bytes), offset);
      known.bytes = longer;
      this.uploaded.push(bytes.byteLength);
      return this.#upload(digest);
    });
  }

  async positions(fixes: readonly Fix[]): Promise<void> {
    await this.#answering(() => this.fixes.push(...fixes));
  }

  /** Whether a picture has come whole. */
  async has(digest: string): Promise<boolean> {
    const known = this.media.get(digest);
    return known !== undefined && (await sha256(known.bytes.slice().buffer)) === digest;
  }

  async #answering<Made>(work: () => Made): Promise<Made> {
    const accident = this.accident();
    if (accident === "request") throw new Unreachable("The request was lost.");
    if (this.refusal !== null) throw this.refusal;
    const made = work();
    if (accident === "answer") throw new Unreachable("The answer was lost.");
    return made;
  }

  #take(action: SentAction): Receipt {
    const known = this.receipts.get(action.id);
    if (known !== undefined) return known;
    const about = { id: action.id, code: null, detail: null, happened_at: action.at, facts: {} };
    if (action.after !== null && !this.receipts.has(action.after)) return { ...about, outcome: "waiting" };
    const receipt: Receipt = this.#apply(action)
      ? { ...about, outcome: "applied" }
      : { ...about, outcome: "refused", code: "illegal-transition", detail: `The visit cannot be given ${action.kind} now.` };
    this.receipts.set(action.id, receipt);
    this.taken.push(action.id);
    return receipt;
  }

  #apply({ kind, visit, at }: SentAction): boolean {
    if (visit === null || !isStep(kind)) return true;
    const known = this.visits.get(visit);
    const status = known === undefined ? null : advance(known.status, kind);
    if (known === undefined || status === null) return false;
    this.visits.set(visit, { ...known, status, actions: actionsOf(status), instants: instantsAfter(known.instants, kind, at) });
    return true;
  }

  #upload(digest: string): Upload {
    const known = this.media.get(digest);
    const offset = known?.bytes.length ?? 0;
    return { sha256: digest, offset, complete: offset === known?.size };
  }

  #instant(): string {
    return new Date(this.now).toISOString();
  }
}
