/** The app as it is installed on this phone: its service worker, and newer versions of it. */

import { useSyncExternalStore } from "react";

let waiting: ServiceWorker | null = null;
const watchers = new Set<() => void>();

const HOUR_MS = 3_600_000;

/** Register the service worker, and keep the rest of the app once the page is at rest. */
export function stayInstalled(): void {
  if (navigator.serviceWorker === undefined || !import.meta.env.PROD) return;
  const container = navigator.serviceWorker;
  // Taken over for the first time there is nothing to load again; after an update there is, in every tab.
  const updated = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    if (updated) location.reload();
  });
  addEventListener("load", () => {
    container.register("/field/sw.js", { scope: "/field" }).then(
      (registration) => {
        const look = (): void => {
          waiting = registration.waiting !== null && container.controller !== null ? registration.waiting : null;
          for (const watcher of watchers) watcher();
        };
        look();
        // An app that stays open for days asks by itself whether there is a newer one.
        setInterval(() => void registration.update().catch(() => undefined), HOUR_MS);
        registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
      },
      (error: unknown) => console.error(error),
    );
    void container.ready.then(({ active }) => setTimeout(() => active?.postMessage("keep-rest"), 3000));
  });
}

/** Take a newer version of the app that waits; the page is loaded again with it. */
export function update(): void {
  waiting?.postMessage("take-over");
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

/** Whether a newer version of the app waits. */
export function useNewer(): boolean {
  return useSyncExternalStore(watch, () => waiting !== null);
}
