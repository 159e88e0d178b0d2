/**
 * Pieces of the region's tile archive that this phone keeps, so that the map is there in a dead spot. They lie in a
 * cache of their own: a wipe, and the end of the day, delete it whole.
 */

const CACHE = "fieldwright.map-area";
/** The most that is kept, bytes. */
export const MOST = 40_000_000;
const ADDRESS = "/field/kept-map/";

export interface KeptBytes {
  get(key: string): Promise<ArrayBuffer | null>;
  /** Nothing is kept beyond {@link MOST}, or where the phone is full: a map is worth less than a tap. */
  put(key: string, bytes: ArrayBuffer): Promise<boolean>;
  size(): Promise<number>;
}

/** How often everything was dropped: what was counted before is over. */
let drops = 0;

/** The pieces of one version of an archive; those of other versions are dropped. */
export function keptBytes(version: string): KeptBytes {
  const at = (key: string): string => `${ADDRESS}${encodeURIComponent(version)}/${encodeURIComponent(key)}`;
  let total: Promise<number> | null = null;
  let counted = drops;
  const size = (): Promise<number> => {
    if (counted !== drops) [total, counted] = [null, drops];
    return (total ??= sizeOf(version));
  };
  return {
    size,
    async get(key) {
      const found = await (await caches.open(CACHE)).match(at(key));
      return found === undefined ? null : await found.arrayBuffer();
    },
    async put(key, bytes) {
      const before = await size();
      if (before + bytes.byteLength > MOST) return false;
      try {
        const headers = { "Content-Length": String(bytes.byteLength) };
        await (await caches.open(CACHE)).put(at(key), new Response(bytes, { headers }));
      } catch (error) {
        if (error instanceof DOMException && error.name === "QuotaExceededError") return false;
        throw error;
      }
      // Others are under way: each adds to what the one before has made of it.
      total = size().then((known) => known + bytes.byteLength);
      return true;
    },
  };
}

/** Nothing of a map stays here. */
export async function dropKept(): Promise<void> {
  drops += 1;
  if (typeof caches !== "undefined") await caches.delete(CACHE);
}

async function sizeOf(version: string): Promise<number> {
  const cache = await caches.open(CACHE);
  const mine = `${ADDRESS}${encodeURIComponent(version)}/`;
  let size = 0;
  for (const request of await cache.keys()) {
    if (!new URL(request.url).pathname.startsWith(mine)) {
      await cache.delete(request);
      continue;
    }
    const kept = await cache.match(request);
    size += Number(kept?.headers.get("Content-Length") ?? 0);
  }
  return size;
}
