import { describe, expect, test, vi } from "vitest";
import { BoardStore } from "./store";
import type { BoardChanges, BoardDocument, Technician, Visit } from "./types";

function visit(id: string, more: Partial<Visit> = {}): Visit {
  return {
    id,
    version: 1,
    job: `job-${id}`,
    number: id,
    title: "",
    type: "",
    priority: "normal",
    status: "scheduled",
    pin: null,
    customer: { id: "c", name: "" },
    site: { id: "s", address: "", lat: null, lon: null },
    territory: null,
    skills: [],
    people: 1,
    windows: [],
    appointment: null,
    duration: 3600,
    promises: [],
    planned: [],
    actual: { dispatched_at: null, accepted_at: null, departed_at: null, arrived_at: null, started_at: null, paused_at: null, finished_at: null },
    expected_end: null,
    late_by: 0,
    jeopardy: null,
    reasons: [],
    open_dispute: false,
    unread: 0,
    ...more,
  };
}

const ana: Technician = { id: "ana", name: "Ana", phone: null, territory: null, skills: [], state: "waiting", position: null, absences: [], shifts: [] };

function board(more: Partial<BoardDocument> = {}): BoardDocument {
  const day = "2026-11-23";
  return {
    position: 10, now: `${day}T12:00:00Z`, pace: 1, time_zone: "UTC", day, since: `${day}T00:00:00Z`, until: `${day}T23:59:59Z`,
    edition: 1, plan: "p", fence: null, technicians: [ana], visits: [visit("a"), visit("b")], territories: [], drafts: 0, disputes: 0, ...more,
  };
}

function changes(more: Partial<BoardChanges> = {}): BoardChanges {
  return { position: 11, now: "2026-11-23T12:01:00Z", pace: 1, edition: 1, reset: false, visits: [], gone: [], technicians: [], drafts: 0, disputes: 0, ...more };
}

function loaded(): BoardStore {
  const store = new BoardStore();
  store.load(board());
  return store;
}

describe("changes", () => {
  test("put whole rows in place, add what is new and take away what is gone; the rest stays the same object", () => {
    const store = loaded();
    const before = store.board;
    const stays = before?.visitById.get("b");
    store.change(changes({ visits: [visit("a", { status: "en_route" }), visit("c")], drafts: 2 }));
    expect(store.board?.visits.map((one) => one.id)).toEqual(["a", "b", "c"]);
    expect(store.board?.visitById.get("a")?.status).toBe("en_route");
    expect(store.board?.visitById.get("b")).toBe(stays);
    expect(store.board?.technicians).toBe(before?.technicians);
    expect(store.board?.drafts).toBe(2);
    expect(before?.visitById.get("a")?.status).toBe("scheduled");
    store.change(changes({ position: 12, gone: ["b"] }));
    expect(store.board?.visits.map((one) => one.id)).toEqual(["a", "c"]);
  });

  test("tell whoever follows a row only where that row has changed", () => {
    const store = loaded();
    const [a, b, all] = [vi.fn(), vi.fn(), vi.fn()];
    store.subscribeTo("a", a);
    store.subscribeTo("b", b);
    store.subscribe(all);
    store.change(changes({ visits: [visit("a", { version: 2 })] }));
    expect([a.mock.calls.length, b.mock.calls.length, all.mock.calls.length]).toEqual([1, 0, 1]);
  });

  test("that are older than what is known change nothing", () => {
    const store = loaded();
    store.change(changes({ position: 20, visits: [visit("a", { status: "working" })] }));
    expect(store.change(changes({ position: 15, visits: [visit("a", { status: "en_route" })] }))).toBe(true);
    expect(store.board?.visitById.get("a")?.status).toBe("working");
    expect(store.board?.position).toBe(20);
  });

  test("that cannot be told, or come before there is a board, ask for everything anew", () => {
    expect(new BoardStore().change(changes())).toBe(false);
    const store = loaded();
    expect(store.change(changes({ reset: true, visits: [visit("a", { status: "working" })] }))).toBe(false);
    expect(store.board?.visitById.get("a")?.status).toBe("scheduled");
  });
});

describe("what is shown before the server has agreed", () => {
  test("lies over what the server says until it is taken back", () => {
    const store = loaded();
    const undo = store.optimistic({ visits: { a: { status: "cancelled" } } });
    expect(store.board?.visitById.get("a")?.status).toBe("cancelled");
    store.change(changes({ visits: [visit("a", { version: 2, unread: 3 })] }));
    expect(store.board?.visitById.get("a")).toMatchObject({ status: "cancelled", version: 2, unread: 3 });
    undo();
    expect(store.board?.visitById.get("a")).toMatchObject({ status: "scheduled", version: 2, unread: 3 });
    undo();
    expect(store.board?.visitById.get("a")?.version).toBe(2);
  });

  test("lies in the order in which it was done, and one can be taken back from under another", () => {
    const store = loaded();
    const first = store.optimistic({ visits: { a: { status: "cancelled", title: "first" } } });
    store.optimistic({ visits: { a: { title: "second" } } });
    expect(store.board?.visitById.get("a")).toMatchObject({ status: "cancelled", title: "second" });
    first();
    expect(store.board?.visitById.get("a")).toMatchObject({ status: "scheduled", title: "second" });
  });

  test("gives way to the truth once the server has agreed and has been asked again", () => {
    const asked = vi.fn();
    const store = new BoardStore(asked);
    store.load(board());
    const undo = store.optimistic({ visits: { a: { status: "cancelled" } }, technicians: { ana: { state: "off" } } });
    undo.settled();
    expect(asked).toHaveBeenCalledOnce();
    expect(store.board?.visitById.get("a")?.status).toBe("cancelled");
    store.change(changes({ visits: [visit("a", { status: "cancelled", version: 2 })] }));
    expect(store.board?.visitById.get("a")).toMatchObject({ status: "cancelled", version: 2 });
    // Nothing was said of Ana: the server sees it otherwise, and that is shown.
    expect(store.board?.technicianById.get("ana")?.state).toBe("waiting");
    undo();
    expect(store.board?.visitById.get("a")?.status).toBe("cancelled");
  });

  test("is still there when the day is loaded anew, and not on another day", () => {
    const store = loaded();
    store.optimistic({ visits: { a: { status: "cancelled" } } });
    store.load(board({ position: 30 }));
    expect(store.board?.visitById.get("a")?.status).toBe("cancelled");
    store.load(board({ day: "2026-11-24" }));
    expect(store.board?.visitById.get("a")?.status).toBe("scheduled");
  });

  test("shows nothing of a visit that is gone", () => {
    const store = loaded();
    store.optimistic({ visits: { a: { status: "cancelled" } } });
    store.change(changes({ gone: ["a"] }));
    expect(store.board?.visitById.has("a")).toBe(false);
  });
});
