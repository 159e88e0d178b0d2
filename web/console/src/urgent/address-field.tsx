/** An address, and the place that it means: looked for while it is written, chosen among what is found. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useState } from "react";
import { Field, Problem } from "../pieces";
import { ask, type Shape } from "../request";
import { useWords } from "../words";
import type { Fresh } from "./form";
import { TEXTS } from "./texts";

const SHORTEST = 4;
/** The address is looked for once nobody has typed for so long (ms). */
const PAUSE_MS = 250;

export function AddressField({ fresh, onChange }: { readonly fresh: Fresh; readonly onChange: (next: Fresh) => void }): ReactElement {
  const words = useWords(TEXTS);
  const text = fresh.address.trim();
  const asked = useRested(text);
  const { data, error, isFetching } = useQuery({
    queryKey: ["urgent", "places", asked],
    enabled: asked.length >= SHORTEST && fresh.at === null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    queryFn: ({ signal }) => ask<Shape<"PlacesShape">>("/api/v1/places", { query: asked, limit: 5, typing: true }, signal),
  });
  const found = fresh.at === null && text.length >= SHORTEST ? (data?.places ?? []) : [];
  return (
    <div className="urgent-address">
      <Field label={words.say("urgent.fresh.address")} value={fresh.address} onChange={(address) => onChange({ ...fresh, address, at: null })} maxLength={300} autoComplete="off" />
      <Problem error={error} compact />
      {found.length > 0 && (
        <ul className="urgent-found" aria-label={words.say("urgent.fresh.found")}>
          {found.map((one) => (
            <li key={`${one.label} ${one.lat} ${one.lon}`}>
              <button type="button" className="urgent-customer" onClick={() => onChange({ ...fresh, address: one.label, at: { lat: one.lat, lon: one.lon, label: one.label } })}>
                {one.label}
              </button>
            </li>
          ))}
        </ul>
      )}
      <p className="urgent-muted" role="status">
        {fresh.at !== null ? `✓ ${fresh.at.label}`
        : text.length < SHORTEST ? words.say("urgent.fresh.choose")
        : isFetching ? words.say("urgent.fresh.looking")
        : found.length === 0 && data !== undefined ? words.say("urgent.fresh.nowhere")
        : words.say("urgent.fresh.choose")}
      </p>
    </div>
  );
}

/** A text once it has been the same for a moment. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const due = setTimeout(() => setRested(text), PAUSE_MS);
    return () => clearTimeout(due);
  }, [text]);
  return rested;
}
