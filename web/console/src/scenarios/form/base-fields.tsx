/** Where technicians begin and end their shifts, and what vans carry. */

import type { ReactElement } from "react";
import { Combo, NumberField, Segments, Select } from "../../pieces";
import { useWords } from "../../words";
import type { Change, Known } from "../document";
import type { Looked } from "../reading";
import { PeopleOrAll } from "./people-choice";
import { TEXTS } from "./texts";

type Base = Extract<Change, { readonly kind: "base" }>;
type Stock = Extract<Change, { readonly kind: "van-stock" }>;

const WHERE = ["like", "site", "point"] as const;
type Where = (typeof WHERE)[number];

function whereOf(change: Base): Where {
  return change.site !== undefined ? "site" : change.lat !== undefined ? "point" : "like";
}

export function BaseFields({ change, onChange, known, looked }: {
  readonly change: Base;
  readonly onChange: (change: Change) => void;
  readonly known: Known;
  readonly looked: Looked | undefined;
}): ReactElement {
  const words = useWords(TEXTS);
  const where = whereOf(change);
  const places = looked?.places ?? [];
  const [place] = places;
  // A site or a point is one of what is there: there is none before that is known. What was taken from the operation
  // knows no ways to other points.
  const ways = WHERE.filter((one) => one === "like" || one === where || (place !== undefined && (one === "site" || looked?.situation.kind !== "taken")));
  const who = change.technicians === undefined ? {} : { technicians: change.technicians };
  const turn = (next: Where): void => {
    if (next === "like") onChange({ kind: "base", ...who, like: known.people[0]?.id ?? "" });
    if (next === "site" && place !== undefined) onChange({ kind: "base", ...who, site: place.id });
    if (next === "point" && place !== undefined) onChange({ kind: "base", ...who, lat: place.lat, lon: place.lon });
  };
  return (
    <>
      <Segments label={words.say("form.base.where")} options={ways.map((id) => ({ id, label: words.say(`form.base.${id}`) }))} value={where} onChange={turn} />
      <div className="scenarios-row">
        {where === "like" && (
          <Select label={words.say("form.base.like")} options={known.people.map(({ id, name, territory }) => ({ id, label: name, detail: territory }))} value={change.like ?? null} onChange={(like) => onChange({ ...change, like })} />
        )}
        {where === "site" && (
          <Combo
            label={words.say("form.base.site")}
            hint={words.say("form.base.site.hint", { count: places.length })}
            options={places.map(({ id, lat, lon }) => ({ id, label: id, detail: `${lat}, ${lon}` }))}
            value={change.site ?? null}
            onChange={(site) => {
              if (site !== null) onChange({ ...change, site });
            }}
          />
        )}
        {where === "point" && (
          <>
            <NumberField label={words.say("form.base.lat")} unit="°" value={change.lat ?? 0} minValue={-90} maxValue={90} step={0.0001} formatOptions={DEGREES} onChange={(lat) => onChange({ ...change, lat })} />
            <NumberField label={words.say("form.base.lon")} unit="°" value={change.lon ?? 0} minValue={-180} maxValue={180} step={0.0001} formatOptions={DEGREES} onChange={(lon) => onChange({ ...change, lon })} />
          </>
        )}
      </div>
      <PeopleOrAll
        known={known}
        chosen={change.technicians}
        onChange={(technicians) => {
          const { technicians: _, ...rest } = change;
          onChange(technicians === undefined ? rest : { ...rest, technicians });
        }}
      />
    </>
  );
}

const DEGREES: Intl.NumberFormatOptions = { maximumFractionDigits: 5 };

export function StockFields({ change, onChange, looked }: { readonly change: Stock; readonly onChange: (change: Change) => void; readonly looked: Looked | undefined }): ReactElement {
  const words = useWords(TEXTS);
  const stock = looked?.stock ?? null;
  const percent = (share: number): number => Math.round(share * 1000) / 10;
  const now = (said: string): { readonly hint?: string } => (stock === null ? {} : { hint: words.say("form.stock.now", { said }) });
  return (
    <>
      {looked !== undefined && stock === null && <p className="scenarios-muted">{words.say("form.stock.none")}</p>}
      <div className="scenarios-row">
        <NumberField label={words.say("form.stock.filled")} unit="%" {...now(`${percent(stock?.filled ?? 0)} %`)} value={percent(change.filled ?? stock?.filled ?? 0.8)} minValue={0} maxValue={100} onChange={(filled) => onChange({ ...change, filled: filled / 100 })} />
        <NumberField label={words.say("form.stock.hours")} unit={words.say("form.unit.h")} {...now(`${stock?.hours ?? 0} ${words.say("form.unit.h")}`)} value={change.hours ?? stock?.hours ?? 24} minValue={0} maxValue={1000} onChange={(hours) => onChange({ ...change, hours })} />
      </div>
    </>
  );
}
