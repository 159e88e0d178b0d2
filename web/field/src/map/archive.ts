/** The region's tile archive, asked for in this phone's name, and what was read of it once kept for dead spots. */

import { PMTiles, type RangeResponse, type Source } from "pmtiles";
import { request } from "../access/request";
import { keptBytes, type KeptBytes } from "./kept-bytes";

/** Reads pieces from what is kept, else from the server. */
class KeptSource implements Source {
  constructor(
    readonly address: string,
    readonly kept: KeptBytes,
  ) {}

  getKey(): string {
    return this.address;
  }

  async getBytes(offset: number, length: number): Promise<RangeResponse> {
    const key = `${offset}-${length}`;
    const known = await this.kept.get(key);
    if (known !== null) return { data: known };
    const { pathname, search } = new URL(this.address);
    const response = await request(pathname + search, { headers: { Range: `bytes=${offset}-${offset + length - 1}` } });
    const whole = await response.arrayBuffer();
    const data = response.status === 206 ? whole : whole.slice(offset, offset + length);
    await this.kept.put(key, data);
    return { data };
  }
}

export interface Archive {
  readonly tiles: PMTiles;
  readonly kept: KeptBytes;
}

const OPENED = new Map<string, Archive>();

/** `address`: of the archive, with its version, as the server's map source names it. Who asks again gets the same. */
export function archive(address: string): Archive {
  const { href, pathname, search } = new URL(address, location.href);
  const known = OPENED.get(href);
  if (known !== undefined) return known;
  const kept = keptBytes(`${pathname}${search}`);
  const opened = { tiles: new PMTiles(new KeptSource(href, kept)), kept };
  OPENED.set(href, opened);
  return opened;
}
