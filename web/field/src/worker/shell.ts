/** The app itself, kept so that it opens without a network: the cache-first half of the service worker. */

import { SHELL } from "../sync/wipe";

declare const __ATONCE__: readonly string[];
declare const __LATER__: readonly string[];
declare const __BUILD__: string;

const CACHE = `${SHELL}${__BUILD__}`;
const PAGE = "/field";

/** Keep what the page begins with. Files whose names change with their content are taken from an older version's. */
export async function keepShell(): Promise<void> {
  await add(__ATONCE__);
}

/** Keep the rest, such as the map, once the page has what it needs. */
export async function keepRest(): Promise<void> {
  const cache = await caches.open(CACHE);
  const known = new Set((await cache.keys()).map((one) => new URL(one.url).pathname));
  await add(__LATER__.filter((one) => !known.has(one)));
}

async function add(paths: readonly string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(
    paths.map(async (path) => {
      const named = path.startsWith("/field/assets/");
      const known = named ? await caches.match(path) : undefined;
      const answer = known ?? (await fetch(path, { cache: named ? "default" : "reload", credentials: "omit" }));
      if (!answer.ok) throw new Error(`${path} answers ${answer.status}: the app cannot be kept.`);
      await cache.put(path, answer);
    }),
  );
}

/** Older versions of the app go when this one takes over. */
export async function dropOlder(): Promise<void> {
  const names = (await caches.keys()).filter((one) => one.startsWith(SHELL) && one !== CACHE);
  await Promise.all(names.map((one) => caches.delete(one)));
}

/** The answer to what the page asks for, where it is a part of the app; null: that is the network's business. */
export function fromShell(request: Request): Promise<Response> | null {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return null;
  if (request.mode === "navigate") return url.pathname === PAGE ? kept(PAGE, request) : null;
  return url.pathname.startsWith(`${PAGE}/`) && url.pathname !== `${PAGE}/sw.js` ? kept(url.pathname, request) : null;
}

async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? (await caches.match(path)) ?? (await fetch(request));
}
