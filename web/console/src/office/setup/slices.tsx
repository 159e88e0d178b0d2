/** Slices of the week that share their speeds, and what was learnt of them. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { change as send, type Shape } from "../../request";
import { useMay } from "../../session";
import { Checks } from "../kit/checks";
import { useListed, useOne } from "../kit/pages";
import { Quantities } from "../kit/quantities";
import type { OfficeWords, Resource } from "../kit/resource";
import { Trouble } from "../kit/trouble";
import { TERRITORY } from "../people/technicians";
import { weekdayName } from "../roster/day-names";

type Slice = Shape<"SliceShape">;
type Factor = Shape<"KnownFactor">;
const CLASSES = ["motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "service"];

function days(chosen: readonly number[], words: OfficeWords): string {
  return chosen.map((day) => weekdayName(day, words.language)).join(" ");
}

function Standard({ words }: { readonly words: OfficeWords }): ReactElement | null {
  const mayWrite = useMay("write setup");
  const queries = useQueryClient();
  const listed = useListed<Slice>("/api/v1/travel/slices", { limit: 100 });
  const [error, setError] = useState<unknown>(null);
  if (!mayWrite || listed.waiting || listed.rows.length > 0) return null;
  async function add(): Promise<void> {
    try {
      await send("POST", "/api/v1/travel/slices/standard");
      await queries.invalidateQueries({ queryKey: ["office"] });
    } catch (refusal) {
      setError(refusal);
    }
  }
  return (
    <div className="office-empty">
      <button type="button" className="office-button" onClick={() => void add()}>{words.say("slices.standard")}</button>
      <Trouble error={error} words={words} />
    </div>
  );
}

function Learnt({ slice, words }: { readonly slice: Slice; readonly words: OfficeWords }): ReactElement | null {
  const found = useOne<readonly Factor[]>("/api/v1/travel/factors").data ?? [];
  const mine = found.filter((one) => one.slice === slice.id);
  if (mine.length === 0) return null;
  const two = (number: number | null): string => (number === null ? "–" : number.toFixed(2));
  return (
    <section className="office-more-part">
      <h3>{words.say("slices.learnt")}</h3>
      <ul className="office-cards">
        {mine.map((one) => (
          <li key={one.territory ?? ""}>
            <p>
              {one.learnt === null
                ? words.say("slices.nothing-learnt")
                : words.say("slices.learnt-told", { learnt: two(one.learnt), low: two(one.low), high: two(one.high), legs: one.legs })}{" "}
              <b>{words.say("slices.used", { used: two(one.used) })}</b>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

export const SLICES: Resource<Slice> = {
  name: "slices",
  path: "/api/v1/travel/slices",
  title: "slices.title",
  about: "slices.about",
  add: "slices.add",
  empty: "slices.empty",
  columns: [
    { label: "name", rank: 1, show: (row) => row.name },
    { label: "slices.when", rank: 1, show: (row, words) => `${days(row.days, words)} ${row.starts}–${row.ends}` },
    { label: "slices.factor", rank: 2, numeric: true, show: (row) => row.factor },
  ],
  fields: [
    { name: "name", kind: "text", label: "name", longest: 80, required: true },
    { name: "territory_id", kind: "reference", label: "territory", to: TERRITORY, none: "slices.everywhere" },
    { name: "days", kind: "own", names: ["days"], label: "slices.days", render: ({ values, change, readOnly, words }) => <Checks options={[0, 1, 2, 3, 4, 5, 6].map((value) => ({ value, label: days([value], words) }))} chosen={(values.days as number[] | null) ?? []} onChange={(chosen) => change({ days: chosen })} readOnly={readOnly} /> },
    { name: "starts", kind: "clock", label: "slices.starts", required: true },
    { name: "ends", kind: "clock", label: "slices.ends", hint: "slices.ends-hint", required: true },
    { name: "factor", kind: "number", label: "slices.factor", hint: "slices.factor-hint" },
    { name: "by_class", kind: "own", names: ["by_class"], label: "slices.by-class", render: (own) => <Quantities {...own} member="by_class" suggest={CLASSES} /> },
    { name: "learning", kind: "yes-no", label: "slices.learning" },
  ],
  fresh: () => ({ name: "", territory_id: null, days: [0, 1, 2, 3, 4], starts: "07:00", ends: "09:00", factor: 1.3, by_class: {}, learning: true }),
  named: (row) => row.name,
  write: "write setup",
  removable: true,
  above: (words) => <Standard words={words} />,
  more: (row, words) => <Learnt slice={row} words={words} />,
};
