import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ANA, freshPhone } from "../testing/made";
import { keepAll, waitingOf } from "./outbox";

beforeEach(() => freshPhone());
afterEach(() => void vi.restoreAllMocks());

const FINISHED = [
  { kind: "complete", visit: "a", data: {} },
  { kind: "send_report", visit: "a", data: { email: "juan@example.org" } },
] as const;

test("taps that belong together stand in their order, each after the one before", async () => {
  const [first, second] = await keepAll(FINISHED);
  expect((await waitingOf(ANA.user)).map((one) => one.kind)).toEqual(["complete", "send_report"]);
  expect(second?.after).toBe(first?.id);
  expect(second?.seq).toBeGreaterThan(first?.seq ?? Infinity);
});

test("where the second of them is not kept, the first is not either", async () => {
  const add = IDBObjectStore.prototype.add;
  let added = 0;
  vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(function (this: IDBObjectStore, value, key) {
    added += 1;
    if (added === 2) throw new DOMException("The app was closed.", "AbortError");
    return key === undefined ? add.call(this, value) : add.call(this, value, key);
  });
  await expect(keepAll(FINISHED)).rejects.toThrow("The app was closed.");
  expect(added).toBe(2);
  expect(await waitingOf(ANA.user)).toEqual([]);
});
