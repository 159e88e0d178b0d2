/** A form about one row: what is typed, saving it against the version that was read, and what is wrong with it. */

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { useIsHere } from "@fieldwright/shared/is-here";
import { ask, change as send, Refused } from "../../request";
import { did } from "../../undo";
import { tell } from "../../notices";
import { draftOf, dropDraft, keepDraft, newAt, savedDraft, useDraft } from "./drafts";
import { showOnce } from "./once";
import { keyOf } from "./pages";
import { byField, type Complaint, complaintsOf, type Placed } from "./places";
import { type Identified, membersOf, type OfficeWords, type Resource } from "./resource";
import { whatWentWrong } from "./trouble";
import { changed, type Clash, merged, type Values, valuesOf } from "./values";

export interface Stale {
  readonly by: string;
  readonly at: string;
  readonly clashes: readonly Clash[];
}

export interface Form {
  readonly values: Values;
  readonly change: (part: Values) => void;
  readonly dirty: boolean;
  readonly complaints: ReadonlyMap<string, readonly Placed[]>;
  /** What went wrong and is about no field. */
  readonly error: unknown;
  readonly stale: Stale | null;
  readonly saving: boolean;
  readonly save: () => Promise<string | null>;
  readonly giveUp: () => void;
}

const NONE: ReadonlyMap<string, readonly Placed[]> = new Map();

export function useForm<Row extends Identified>(resource: Resource<Row>, row: Row | null, words: OfficeWords): Form {
  const key = row === null ? newAt(resource.path, resource.makeAt?.({})) : `${resource.path}/${row.id}`;
  const draft = useDraft(key);
  const queries = useQueryClient();
  const members = useMemo(() => membersOf(resource.fields), [resource]);
  const base = (draft?.base as Row | null | undefined) ?? row;
  const before = useMemo(() => (base === null ? resource.fresh() : valuesOf(base, members)), [base, members, resource]);
  const values = draft?.values ?? before;
  const [complaints, setComplaints] = useState(NONE);
  const [error, setError] = useState<unknown>(null);
  const [stale, setStale] = useState<Stale | null>(null);
  const [saving, setSaving] = useState(false);
  const busy = useRef(false);
  const isHere = useIsHere();

  const change = useCallback(
    (part: Values) => {
      keepDraft(key, { base, values: { ...values, ...part } });
      const touched = Object.keys(part);
      setComplaints((all) => {
        const left = [...all].filter(([name]) => !touched.includes(name));
        return left.length === all.size ? all : new Map(left);
      });
      setStale((now) => (now === null ? now : { ...now, clashes: now.clashes.filter((one) => !touched.includes(one.name)) }));
    },
    [key, base, values],
  );

  function refused(refusal: unknown): void {
    const listed = refusal instanceof Refused ? complaintsOf(refusal.problem) : [];
    const placed = byField(listed, members);
    setComplaints(placed);
    // What is about a field stands there; the rest above the form.
    setError(listed.length > 0 && (placed.get("")?.length ?? 0) === 0 ? null : refusal);
  }

  function unsaved(why: string): string {
    return words.say("kit.not-saved", { what: base === null ? words.say("kit.not-saved-new") : resource.named(base), why });
  }

  async function overtaken(refusal: Refused): Promise<void> {
    const answer = await ask<unknown>(`${resource.path}/${base?.id ?? ""}`);
    const theirs = resource.rowOf?.(answer) ?? (answer as Row);
    queries.setQueryData(keyOf(`${resource.path}/${theirs.id}`), answer);
    // What was typed while it was sent belongs to it as well; what was given up meanwhile is not brought back.
    const mine = draftOf(key)?.values;
    if (mine === undefined) return;
    const { values: kept, clashes } = merged(before, mine, valuesOf(theirs, members));
    keepDraft(key, { base: theirs, values: kept });
    const told = Object.values((refusal.problem.changed ?? {}) as Record<string, { by: string; at: string }>);
    setStale({ by: told.at(-1)?.by ?? "", at: told.at(-1)?.at ?? "", clashes });
  }

  /** Save it once, however often that is asked for while it is under way. */
  async function save(): Promise<string | null> {
    if (busy.current) return null;
    const missing = incomplete(resource, values, base === null, words);
    if (missing.length > 0) {
      setComplaints(byField(missing, members));
      return null;
    }
    busy.current = true;
    setSaving(true);
    setError(null);
    setStale(null);
    setComplaints(NONE);
    try {
      const now = base === null ? await made() : await mended(base);
      savedDraft(key, values, now, `${resource.path}/${now.id}`);
      return now.id;
    } catch (refusal) {
      const isOld = refusal instanceof Refused && refusal.status === 412;
      // Who has gone on to something else is told there; what was typed stays as a draft.
      if (!isHere()) tell(unsaved(isOld ? words.say("kit.stale-somebody") : whatWentWrong(refusal, words)), { tone: "bad" });
      if (isOld) await overtaken(refusal).catch(setError);
      else refused(refusal);
      return null;
    } finally {
      busy.current = false;
      setSaving(false);
    }
  }

  async function made(): Promise<Row> {
    const body = resource.sent?.(values, true) ?? values;
    const { body: answer } = await send<unknown>("POST", resource.makeAt?.(values) ?? resource.path, body);
    const now = resource.rowOf?.(answer) ?? (answer as Row);
    // What is said only once is kept nowhere.
    queries.setQueryData(keyOf(`${resource.path}/${now.id}`), resource.made === undefined ? answer : now);
    await queries.invalidateQueries({ queryKey: ["office"] });
    const title = words.say("kit.made", { what: resource.named(now) });
    tell(title);
    if (resource.made !== undefined) showOnce(resource.made(answer, words));
    if (resource.removable) did({ title, undo: () => taken(now) });
    return now;
  }

  async function mended(was: Row): Promise<Row> {
    const part = changed(resource.sent?.(before, false) ?? before, resource.sent?.(values, false) ?? values);
    const path = `${resource.path}/${was.id}`;
    const options = was.version === undefined ? {} : { ifMatch: was.version };
    const { body: answer } = await send<unknown>("PATCH", path, part, options);
    const now = resource.rowOf?.(answer) ?? (answer as Row);
    queries.setQueryData(keyOf(path), answer);
    await queries.invalidateQueries({ queryKey: ["office"] });
    const title = words.say("kit.saved", { what: resource.named(now) });
    tell(title);
    const old = Object.fromEntries(Object.keys(part).map((name) => [name, (resource.sent?.(before, false) ?? before)[name]]));
    did({ title, undo: () => back(path, old, now.version) });
    return now;
  }

  async function back(path: string, old: Values, version: number | undefined): Promise<void> {
    await send("PATCH", path, old, version === undefined ? {} : { ifMatch: version });
    await queries.invalidateQueries({ queryKey: ["office"] });
  }

  async function taken(now: Row): Promise<void> {
    await send("DELETE", `${resource.path}/${now.id}`);
    await queries.invalidateQueries({ queryKey: ["office"] });
  }

  function giveUp(): void {
    dropDraft(key);
    setComplaints(NONE);
    setError(null);
    setStale(null);
  }

  const dirty = draft !== undefined && Object.keys(changed(before, values)).length > 0;
  return { values, change, dirty, complaints, error, stale, saving, save, giveUp };
}

/** What can be told without asking the server: a field that must be filled in and is not, or holds no number. */
function incomplete<Row extends Identified>(
  { fields }: Resource<Row>,
  values: Values,
  isNew: boolean,
  words: OfficeWords,
): readonly Complaint[] {
  return fields
    .filter((field) => field.shown?.(values, isNew) ?? true)
    .flatMap((field): Complaint[] => {
      const value = values[field.name];
      const empty = value === null || value === undefined || (typeof value === "string" && value.trim() === "");
      if (typeof value === "number" && Number.isNaN(value)) {
        const kind = field.kind === "duration" ? "kit.no-duration" : "kit.no-number";
        return [{ place: field.name, problem: words.say(kind), remedy: "" }];
      }
      if (typeof value === "string" && value.startsWith("?")) {
        if (field.kind === "clock") return [{ place: field.name, problem: words.say("kit.no-clock"), remedy: "" }];
      }
      return field.required && empty ? [{ place: field.name, problem: words.say("kit.required"), remedy: "" }] : [];
    });
}
