/** Being woken while the app is closed (RFC 8030, Push API): asked for once, by a tap. */

import { type Device, recall, remember, forget } from "../store/meta";
import { tell } from "../sync/news";
import { json, request, sending } from "./request";

export type Waking = "on" | "off" | "denied" | "not-here";

/** How it stands: `on` only where the browser has a subscription and the server knows it, since the last sign-in. */
export async function waking(): Promise<Waking> {
  const manager = await pushManager();
  if (manager === null) return "not-here";
  if (Notification.permission === "denied") return "denied";
  return (await manager.getSubscription()) !== null && (await isTold()) ? "on" : "off";
}

/** Ask the browser, then tell the server where to. Throws Refused or Unreachable. */
export async function wake(): Promise<Waking> {
  const manager = await pushManager();
  if (manager === null) return "not-here";
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  await subscribe(manager);
  return "on";
}

/** After signing in again: what this person had asked for holds on, and the server is told where to once more. */
export async function wakeAgain(): Promise<void> {
  if ((await recall("push")) === undefined || (await isTold())) return;
  const manager = await pushManager();
  if (manager === null || Notification.permission !== "granted") return;
  await subscribe(manager);
}

export async function sleep(): Promise<Waking> {
  await request("/api/v1/phone/push", { method: "DELETE" });
  await forgetWaking();
  return "off";
}

/** Nobody is signed in: nothing wakes this phone, also where the server could not be told. The wish is remembered. */
export async function stopWaking(): Promise<void> {
  const subscription = await (await pushManager())?.getSubscription();
  // Without a network a browser may not be able to; the server's own refusal to a signed-out phone ends it then.
  await subscription?.unsubscribe().catch((error: unknown) => console.error(error));
}

/** Nothing wakes this phone until somebody asks for it: the wish was another person's, or is over. */
export async function forgetWaking(): Promise<void> {
  await stopWaking();
  await forget("push");
}

async function subscribe(manager: PushManager): Promise<void> {
  const { key } = await json<{ key: string }>("/api/v1/phone/push/key");
  const before = await manager.getSubscription();
  if (before !== null && (await recall("push"))?.key !== key) await before.unsubscribe();
  const made = await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = made.toJSON();
  await request("/api/v1/phone/push", sending("PUT", { endpoint, keys: { p256dh: keys?.p256dh, auth: keys?.auth } }));
  const device = await recall("device");
  if (device !== undefined) await remember("push", { key, told: signInOf(device) });
  tell("changed");
}

/** Whether the server has been told since who is signed in has come in. */
async function isTold(): Promise<boolean> {
  const [push, device] = [await recall("push"), await recall("device")];
  return push !== undefined && device !== undefined && push.told === signInOf(device);
}

/** Each sign-in has a token of its own, and that its own end. */
function signInOf({ id, expires_at }: Device): string {
  return `${id} ${expires_at}`;
}

async function pushManager(): Promise<PushManager | null> {
  if (navigator.serviceWorker === undefined || typeof Notification === "undefined") return null;
  const registration = await navigator.serviceWorker.getRegistration("/field");
  return registration?.active == null ? null : (registration.pushManager ?? null);
}
