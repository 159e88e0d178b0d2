/** Where something is: its address is looked for, or somebody points at the map, or writes two numbers. */

import { type ReactElement, useEffect, useId, useState } from "react";
import { candidates, type Place, pointOf, written } from "@fieldwright/shared/places";
import type { Point } from "@fieldwright/shared/map/day";
import { Wrong } from "../kit/fields";
import type { OfficeWords } from "../kit/resource";
import type { Placed } from "../kit/places";
import { whatWentWrong } from "../kit/trouble";
import { Ground, useGround } from "./use-ground";

interface Props {
  readonly address: string;
  readonly at: Point | null;
  readonly onChange: (address: string, at: Point | null) => void;
  readonly readOnly: boolean;
  readonly words: OfficeWords;
  readonly complaints: readonly Placed[];
  readonly longest?: number;
}

export function PlaceField({ address, at, onChange, readOnly, words, complaints }: Props): ReactElement {
  const id = useId();
  const [found, setFound] = useState<readonly Place[] | null>(null);
  const [said, setSaid] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const used = useGround(words, words.say("place.map"), readOnly ? undefined : (point) => onChange(address, point));
  const here = at === null ? "" : written(at);

  useEffect(() => {
    used.map?.mark(at);
    if (at !== null) used.map?.go(at, 13);
  }, [used.map, at?.[0], at?.[1]]);

  async function look(): Promise<void> {
    if (address.trim() === "") return;
    setSaid(words.say("place.looking"));
    try {
      const places = await candidates(address.trim(), new AbortController().signal);
      setFound(places);
      setSaid(words.say(places.length === 0 ? "place.none" : "place.some", { count: places.length }));
    } catch (error) {
      setFound([]);
      setSaid(whatWentWrong(error, words));
    }
  }

  function take(): void {
    if (typed === null) return;
    const point = pointOf(typed);
    if (point !== null) {
      onChange(address, point);
      setTyped(null);
    } else if (typed.trim() === "") setTyped(null);
  }

  return (
    <div className="office-place">
      <div className="office-place-words">
        <label htmlFor={`${id}-address`} className="office-sub">{words.say("place.address")}</label>
        <span className="office-row">
          <input
            id={`${id}-address`}
            className="office-input"
            value={address}
            maxLength={300}
            readOnly={readOnly}
            autoComplete="off"
            aria-invalid={complaints.length > 0 || undefined}
            onChange={(event) => onChange(event.target.value, at)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || readOnly) return;
              event.preventDefault();
              void look();
            }}
          />
          {!readOnly && <button type="button" className="office-button" onClick={() => void look()}>{words.say("place.find")}</button>}
        </span>
        <p className="office-quiet" role="status">{said}</p>
        {found !== null && found.length > 0 && (
          <ul className="office-candidates">
            {found.map((one) => {
              const is = at !== null && written(at) === written([one.lat, one.lon]);
              return (
                <li key={`${one.label} ${one.lat} ${one.lon}`}>
                  <button type="button" aria-pressed={is} onClick={() => onChange(address, [one.lat, one.lon])}>
                    {one.label} <small>{words.say(`precision.${one.precision}`)}</small>
                  </button>
                </li>
              );
            })}
          </ul>
        )}
        <label htmlFor={`${id}-point`} className="office-sub">{words.say("place.coordinates")}</label>
        <input
          id={`${id}-point`}
          className="office-input"
          value={typed ?? here}
          readOnly={readOnly}
          placeholder="-29.90270, -71.25190"
          autoComplete="off"
          aria-invalid={(typed !== null && pointOf(typed) === null) || undefined}
          onChange={(event) => {
            setTyped(event.target.value);
            const point = pointOf(event.target.value);
            if (point !== null) onChange(address, point);
          }}
          onBlur={take}
        />
        {typed !== null && typed.trim() !== "" && pointOf(typed) === null && <p className="office-wrong">{words.say("place.coordinates-wrong")}</p>}
        <Wrong complaints={complaints} />
        {!readOnly && <small className="office-hint">{words.say("place.point")}</small>}
      </div>
      <Ground used={used} className="small" />
    </div>
  );
}
