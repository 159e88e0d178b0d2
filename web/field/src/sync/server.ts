/** What synchronising asks of the server; tests have one of their own. */

import type { Changes } from "../day/documents";
import type { Fix } from "../duty/fixes";
import type { Picture } from "../store/pictures";
import { json, request, sending } from "../access/request";
import type { Receipts, SentAction } from "./actions";

export interface Upload {
  readonly sha256: string;
  /** How many bytes it has. */
  readonly offset: number;
  readonly complete: boolean;
}

export interface Server {
  /** Send taps, in their order. `sentAt`: this phone's clock. */
  act(actions: readonly SentAction[], sentAt: string): Promise<Receipts>;
  /** What has changed since a cursor; null: everything. */
  changes(cursor: string | null): Promise<Changes>;
  /** Say that a picture comes, or ask how far it has come. */
  announce(picture: Picture): Promise<Upload>;
  /** Send bytes of a picture from `offset` on. */
  append(picture: Picture, offset: number, bytes: ArrayBuffer): Promise<Upload>;
  /** Say where this phone was. */
  positions(fixes: readonly Fix[]): Promise<void>;
}

const PHONE = "/api/v1/phone";

export const SERVER: Server = {
  act: (actions, sentAt) => json(`${PHONE}/actions`, sending("POST", { sent_at: sentAt, actions })),
  changes: (cursor) => json(cursor === null ? `${PHONE}/changes` : `${PHONE}/changes?${new URLSearchParams({ cursor }).toString()}`),
  announce: ({ sha256, size, type, purpose }) => json(`${PHONE}/media`, sending("POST", { sha256, size, type, purpose })),
  append: ({ sha256 }, offset, bytes) =>
    json(`${PHONE}/media/${sha256}`, {
      method: "PATCH",
      headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
      body: bytes,
    }),
  positions: async (fixes) => {
    await request("/api/v1/positions", sending("POST", { fixes }));
  },
};
