import { beforeAll, expect, test, vi } from "vitest";

type Drafts = typeof import("./drafts");
let drafts: Drafts;

beforeAll(async () => {
  vi.stubGlobal("addEventListener", () => undefined); // it hears whether the page is left
  drafts = await import("./drafts");
});

test("what was sent is no draft any more once it is saved", () => {
  const sent = { name: "Ana", pace: 1 };
  drafts.keepDraft("people/1", { base: { id: "1", name: "An", pace: 1 }, values: sent });
  drafts.savedDraft("people/1", sent, { id: "1", name: "Ana", pace: 1, version: 2 }, "people/1");
  expect(drafts.draftOf("people/1")).toBeUndefined();
});

test("what was typed while it was sent stays, against the row as it is saved", () => {
  const row = { id: "1", name: "Ana", pace: 1, phone: "+56", version: 2 };
  drafts.keepDraft("people/1", { base: { id: "1" }, values: { name: " Ana ", pace: 2, phone: null } });
  drafts.savedDraft("people/1", { name: " Ana ", pace: 1, phone: null }, row, "people/1");
  // The name is as the server wrote it, the telephone as somebody else did; the pace was typed since.
  expect(drafts.draftOf("people/1")).toEqual({ base: row, values: { name: "Ana", pace: 2, phone: "+56" } });
});

test("what was typed of something new while it was made is a draft of what was made", () => {
  const row = { id: "7", name: "Ana", pace: 1, version: 1 };
  drafts.keepDraft("people/new ", { base: null, values: { name: "Ana Rojas", pace: 1 } });
  drafts.savedDraft("people/new ", { name: "Ana", pace: 1 }, row, "people/7");
  expect(drafts.draftOf("people/new ")).toBeUndefined();
  expect(drafts.draftOf("people/7")).toEqual({ base: row, values: { name: "Ana Rojas", pace: 1 } });
});

test("what was given up while it was sent is not brought back", () => {
  drafts.dropDrafts();
  drafts.savedDraft("people/1", { name: "Ana" }, { id: "1", name: "Ana" }, "people/1");
  expect(drafts.draftOf("people/1")).toBeUndefined();
});
