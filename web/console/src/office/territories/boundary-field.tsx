/** The boundary of a territory: drawn on the map, or written corner by corner; what lies in it is told as it changes. */

import { type ReactElement, useEffect, useId, useMemo, useRef, useState } from "react";
import { pointOf } from "@fieldwright/shared/places";
import { change as send, type Shape } from "../../request";
import { useTheme } from "../../theme";
import { Ground, useGround } from "../ground/use-ground";
import { Wrong } from "../kit/fields";
import { useEvery } from "../kit/pages";
import type { OfficeWords, OwnField } from "../kit/resource";
import { AreaDrawing } from "./drawing";
import { between, type Boundary, boundaryOf, boxOf, closed, type Corners, cornersOf, crossesItself, overlap, polygonsOf, type Position, squareKilometres } from "./geometry";

type Territory = Shape<"TerritoryShape">;

export function BoundaryField(own: OwnField & { readonly territory: string | null }): ReactElement {
  const { values, change, complaints, readOnly, words, territory } = own;
  const boundary = (values.boundary as Boundary | null) ?? null;
  const polygons = polygonsOf(boundary);
  const withHoles = polygons.some((rings) => rings.length > 1);
  const theme = useTheme();
  const used = useGround(words, words.say("territories.map"));
  const [drawing, setDrawing] = useState<AreaDrawing | null>(null);
  const [going, setGoing] = useState(false);
  const others = (useEvery<Territory>("/api/v1/territories").data ?? []).filter((one) => one.id !== territory);
  const people = useEvery<Shape<"TechnicianShape">>("/api/v1/technicians", { active: "true" }).data;
  const framed = useRef(false);

  const put = (areas: readonly Corners[]): void =>
    change({ boundary: boundaryOf(areas.map((corners) => [closed(corners)])) });
  const latest = useRef(put);
  latest.current = put;

  useEffect(() => {
    if (used.map === null || readOnly || withHoles) return;
    const made = new AreaDrawing(used.map, theme, (areas) => latest.current(areas), setGoing);
    setDrawing(made);
    return () => {
      setDrawing(null);
      made.stop();
    };
  }, [used.map, theme, readOnly, withHoles]);

  useEffect(() => drawing?.show(polygons.map(cornersOf)), [drawing, boundary]);

  useEffect(() => {
    const shown = readOnly || withHoles ? [{ id: "", name: "", boundary }, ...others] : others;
    used.map?.areas(
      shown.filter((one) => one.boundary !== null).map((one) => ({ type: "Feature", geometry: one.boundary as never, properties: { name: one.name } })),
    );
  }, [used.map, others.length, readOnly, withHoles, boundary]);

  useEffect(() => {
    used.map?.points((people ?? []).map((one) => ({ type: "Feature", geometry: { type: "Point", coordinates: [one.base_lon, one.base_lat] }, properties: { kind: "technician" } })));
  }, [used.map, people]);

  useEffect(() => {
    if (used.map === null || framed.current) return;
    const box = boxOf(boundary);
    if (box === null) return;
    framed.current = true;
    used.map.frame([[box.west, box.south], [box.east, box.north]]);
  }, [used.map, boundary]);

  function begin(): void {
    setGoing(true);
    drawing?.begin();
  }

  return (
    <div className="office-boundary">
      {!readOnly && !withHoles && (
        <div className="office-row wrap">
          {going ? (
            <button type="button" className="office-button" onClick={() => (drawing?.cancel(), setGoing(false))}>{words.say("territories.cancel")}</button>
          ) : (
            <button type="button" className="office-button" disabled={drawing === null} onClick={begin}>{words.say(boundary === null ? "territories.draw" : "territories.draw-more")}</button>
          )}
          {boundary !== null && <button type="button" className="office-button quiet-danger" onClick={() => change({ boundary: null })}>{words.say("territories.clear")}</button>}
          <span className="office-quiet" role="status">{words.say(going ? "territories.drawing" : boundary === null ? "territories.none-drawn" : "territories.edit-hint")}</span>
        </div>
      )}
      {withHoles && !readOnly && <p className="office-note">{words.say("territories.holes")}</p>}
      <Ground used={used} className="large" />
      <Wrong complaints={complaints} />
      <Told boundary={boundary} territory={territory} others={others} words={words} />
      {!withHoles && <Vertices areas={polygons.map(cornersOf)} readOnly={readOnly} words={words} onChange={put} />}
    </div>
  );
}

/** What lies in it, and which others it overlaps. */
function Told({ boundary, territory, others, words }: { readonly boundary: Boundary | null; readonly territory: string | null; readonly others: readonly Territory[]; readonly words: OfficeWords }): ReactElement | null {
  const [seen, setSeen] = useState<Shape<"AreaSeen"> | null>(null);
  const text = JSON.stringify(boundary);
  useEffect(() => {
    if (boundary === null) {
      setSeen(null);
      return;
    }
    const asking = new AbortController();
    const wait = setTimeout(() => {
      send<Shape<"AreaSeen">>("POST", "/api/v1/territories/look", { boundary, territory_id: territory }, { signal: asking.signal }).then(
        ({ body }) => setSeen(body),
        () => undefined, // what is wrong with it is said when it is saved
      );
    }, 300);
    return () => {
      clearTimeout(wait);
      asking.abort();
    };
  }, [text, territory]);
  const overlapping = useMemo(
    () => others.map((one) => ({ one, share: overlap(boundary, one.boundary as Boundary | null) })).filter(({ share }) => share > 0.001).sort((a, b) => b.share - a.share),
    [text, others.length],
  );
  if (boundary === null) return null;
  const elsewhere = seen?.technicians.filter((one) => one.territory_id !== territory) ?? [];
  return (
    <div className="office-told" role="status" aria-label={words.say("territories.inside")}>
      {polygonsOf(boundary).some((rings) => crossesItself(cornersOf(rings))) && <p className="office-wrong">{words.say("territories.crosses")}</p>}
      <p>{words.say("territories.size", { km: Math.round(squareKilometres(boundary) * 10) / 10 })}</p>
      {seen !== null && (
        <>
          <p>
            {words.say("territories.sites", { count: seen.kept + seen.joining + seen.others })}{" "}
            {seen.joining > 0 && words.say("territories.joining", { count: seen.joining })}{" "}
            {seen.others > 0 && words.say("territories.others", { count: seen.others })}{" "}
            {seen.leaving > 0 && words.say("territories.leaving", { count: seen.leaving })}
          </p>
          <p>
            {words.say("territories.people", { count: seen.technicians.length })} {seen.technicians.slice(0, 12).map((one) => one.name).join(", ")}
            {elsewhere.length > 0 && <> · {words.say("territories.elsewhere", { names: elsewhere.slice(0, 5).map((one) => one.name).join(", ") })}</>}
          </p>
        </>
      )}
      {overlapping.length === 0 ? (
        <p className="office-quiet">{words.say("territories.no-overlap")}</p>
      ) : (
        <p className="office-note at-risk">{overlapping.map(({ one, share }) => words.say("territories.overlap", { name: one.name, share: Math.max(1, Math.round(share * 100)) })).join(" ")}</p>
      )}
    </div>
  );
}

/** The corners as a list: everything that the mouse does on the map, from the keyboard. */
function Vertices({ areas, readOnly, words, onChange }: { readonly areas: readonly Corners[]; readonly readOnly: boolean; readonly words: OfficeWords; readonly onChange: (areas: readonly Corners[]) => void }): ReactElement {
  const id = useId();
  const [text, setText] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const first = areas[0] ?? [];
  const points = text.split(/[\n;]+/).map((line) => line.trim()).filter((line) => line !== "").map(pointOf);
  const good = points.length >= 3 && points.every((one) => one !== null);
  const put = (area: number, corners: Corners): void => onChange(areas.map((one, index) => (index === area ? corners : one)).filter((one) => one.length > 0));

  return (
    <details className="office-fold">
      <summary>{words.say("territories.corners", { count: areas.reduce((sum, one) => sum + one.length, 0) })}</summary>
      {areas.map((corners, area) => (
        <div key={area}>
          {areas.length > 1 && (
            <div className="office-row">
              <b>{words.say("territories.part", { n: area + 1 })}</b>
              {!readOnly && <button type="button" className="office-icon" aria-label={words.say("territories.part-remove", { n: area + 1 })} onClick={() => onChange(areas.filter((_, index) => index !== area))}>×</button>}
            </div>
          )}
          <ol className="office-corners" ref={area === 0 ? list : undefined}>
            {corners.map((corner, at) => (
              <li key={at}>
                <Corner corner={corner} n={at + 1} readOnly={readOnly} words={words} onChange={(next) => put(area, corners.map((one, index) => (index === at ? next : one)))} />
                {!readOnly && (
                  <>
                    <button type="button" className="office-icon" aria-label={words.say("territories.corner-add", { n: at + 1 })} onClick={() => put(area, [...corners.slice(0, at + 1), between(corners, at), ...corners.slice(at + 1)])}>+</button>
                    <button type="button" className="office-icon" aria-label={words.say("territories.corner-remove", { n: at + 1 })} disabled={corners.length <= 3} onClick={() => put(area, corners.filter((_, index) => index !== at))}>×</button>
                  </>
                )}
              </li>
            ))}
          </ol>
        </div>
      ))}
      {!readOnly && (
        <div className="office-rows">
          <label className="office-sub" htmlFor={`${id}-text`}>{words.say(first.length === 0 ? "territories.write" : "territories.write-anew")}</label>
          <textarea id={`${id}-text`} className="office-input" rows={4} value={text} placeholder={"-29.90, -71.27\n-29.90, -71.22\n-29.94, -71.22"} onChange={(event) => setText(event.target.value)} />
          {text.trim() !== "" && !good && <p className="office-wrong">{words.say("territories.write-wrong")}</p>}
          <button type="button" className="office-button" disabled={!good} onClick={() => {
            onChange([points.filter((one) => one !== null).map(([lat, lon]): Position => [lon, lat])]);
            setText("");
          }}>{words.say("territories.write-go")}</button>
        </div>
      )}
    </details>
  );
}

/** A corner as two numbers, latitude first as people write it. Arrow keys with Alt move it by about a hundred metres. */
function Corner({ corner, n, readOnly, words, onChange }: { readonly corner: Position; readonly n: number; readonly readOnly: boolean; readonly words: OfficeWords; readonly onChange: (corner: Position) => void }): ReactElement {
  const shown = `${corner[1]}, ${corner[0]}`;
  const [typed, setTyped] = useState<string | null>(null);
  const wrong = typed !== null && pointOf(typed) === null;
  return (
    <input
      className="office-input"
      aria-label={words.say("territories.corner", { n })}
      aria-invalid={wrong || undefined}
      readOnly={readOnly}
      value={typed ?? shown}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => {
        const point = typed === null ? null : pointOf(typed);
        if (point !== null) onChange([point[1], point[0]]);
        setTyped(null);
      }}
      onKeyDown={(event) => {
        const by = { ArrowUp: [0, 0.001], ArrowDown: [0, -0.001], ArrowLeft: [-0.001, 0], ArrowRight: [0.001, 0] }[event.key];
        if (event.altKey && by !== undefined && !readOnly) {
          event.preventDefault();
          onChange([Number((corner[0] + (by[0] ?? 0)).toFixed(6)), Number((corner[1] + (by[1] ?? 0)).toFixed(6))]);
        }
        if (event.key === "Enter") {
          event.preventDefault();
          event.currentTarget.blur();
          event.currentTarget.focus();
        }
      }}
    />
  );
}
