/** The service worker: it keeps the app, sends what waits when the network comes back, and is woken by the dispatcher. */

import { expire } from "../sync/round";
import { synchronise } from "../sync/turns";
import type { Scope } from "./scope";
import { dropOlder, fromShell, keepRest, keepShell } from "./shell";

const scope = globalThis as unknown as Scope;

scope.addEventListener("install", (event) => event.waitUntil(keepShell()));

scope.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([dropOlder(), scope.clients.claim(), expire()]));
});

scope.addEventListener("fetch", (event) => {
  const answer = fromShell(event.request);
  if (answer !== null) event.respondWith(answer);
});

scope.addEventListener("message", (event) => {
  if (event.data === "keep-rest") event.waitUntil(keepRest());
  if (event.data === "take-over") event.waitUntil(scope.skipWaiting());
});

// Background Sync: the browser calls when the network is back, also when the app is closed.
scope.addEventListener("sync", (event) => event.waitUntil(sent()));
scope.addEventListener("periodicsync", (event) => event.waitUntil(sent()));

/** Fails where something is left, so that the browser calls again. */
async function sent(): Promise<void> {
  const went = await synchronise();
  if (went === "offline" || went === "later") throw new Error(`Not everything could be sent: ${went}.`);
}

scope.addEventListener("push", (event) => {
  const { title } = toldIn(event.data?.json());
  event.waitUntil(
    Promise.all([
      synchronise(),
      // A push that shows nothing costs the app its right to be woken.
      scope.registration.showNotification(title, { icon: "/field/icon-192.png", badge: "/field/badge-96.png", tag: title }),
    ]),
  );
});

function toldIn(message: unknown): { title: string } {
  const title = typeof message === "object" && message !== null && "title" in message ? message.title : null;
  return { title: typeof title === "string" ? title : "Fieldwright" };
}

scope.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(comeForward());
});

async function comeForward(): Promise<void> {
  const open = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  const app = open.find((one) => new URL(one.url).pathname === "/field");
  if (app === undefined) await scope.clients.openWindow("/field");
  else await app.focus();
}
