import { beforeEach, expect, test, vi } from "vitest";
import { recall, remember } from "../store/meta";
import { type Asked, fakeFetch } from "../testing/fake-fetch";
import { ANA, freshPhone } from "../testing/made";
import { forgetWaking, stopWaking, wake, wakeAgain, waking } from "./push";

let subscribed = false;
let asked: Asked[] = [];

beforeEach(async () => {
  await freshPhone();
  subscribed = false;
  const subscription = {
    toJSON: () => ({ endpoint: "https://push.example/1", keys: { p256dh: "p", auth: "a" } }),
    unsubscribe: () => {
      subscribed = false;
      return Promise.resolve(true);
    },
  };
  const pushManager = {
    getSubscription: () => Promise.resolve(subscribed ? subscription : null),
    subscribe: () => {
      subscribed = true;
      return Promise.resolve(subscription);
    },
  };
  const serviceWorker = { getRegistration: () => Promise.resolve({ active: {}, pushManager }) };
  vi.stubGlobal("navigator", { ...navigator, serviceWorker });
  vi.stubGlobal("Notification", { permission: "granted", requestPermission: () => Promise.resolve("granted") });
  asked = fakeFetch((what) => (what.endsWith("/push/key") ? Response.json({ key: "k" }) : new Response(null, { status: 204 })));
});

const told = (): number => asked.filter(({ options }) => options.method === "PUT").length;

test("it is on once the server knows, and off after another sign-in until the server knows again", async () => {
  expect(await wake()).toBe("on");
  expect([await waking(), told()]).toEqual(["on", 1]);

  await remember("device", { ...ANA, expires_at: "2027-01-23T12:00:00Z" });
  expect(await waking()).toBe("off");
  await wakeAgain();

  expect([await waking(), told()]).toEqual(["on", 2]);
  await wakeAgain();
  expect(told()).toBe(2);
});

test("who signs out is not woken, and is again when they are back", async () => {
  await wake();
  await stopWaking();
  expect([subscribed, await waking()]).toEqual([false, "off"]);

  await remember("device", { ...ANA, expires_at: "2027-01-23T12:00:00Z" });
  await wakeAgain();

  expect([subscribed, await waking(), told()]).toEqual([true, "on", 2]);
});

test("nobody is woken who has not asked for it", async () => {
  await wake();
  await forgetWaking();
  await remember("device", { ...ANA, id: "device_2", user: "user_ben" });

  await wakeAgain();

  expect([subscribed, await waking(), told()]).toEqual([false, "off", 1]);
  expect(await recall("push")).toBeUndefined();
});
