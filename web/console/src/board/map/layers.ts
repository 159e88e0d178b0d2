/** The layers of the board's map, above the ground. What is chosen and pointed at is feature state: nothing is cut anew. */

import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import { GROUND } from "@fieldwright/shared/map/colours";
import type { Theme } from "@fieldwright/shared/theme";

/** Drawn with the fonts of this machine; the last word is the weight. */
const BOLD = ["Noto Sans Bold"];
export const FAINT = 0.22;

/** By zoom: so small that a whole city stays readable, and large enough for a number from the next step on. */
function sized(far: number, near: number): ExpressionSpecification {
  return ["interpolate", ["linear"], ["zoom"], 9, far * 0.55, 11.5, far, 13.5, near];
}

const CHOSEN: ExpressionSpecification = ["boolean", ["feature-state", "chosen"], false];
const POINTED: ExpressionSpecification = ["boolean", ["feature-state", "pointed"], false];

export function territoryLayers(theme: Theme): LayerSpecification[] {
  const colour = GROUND[theme].territory;
  return [
    { id: "territory", type: "line", source: "territories", paint: { "line-color": colour, "line-width": 1.5, "line-dasharray": [5, 3, 1, 3], "line-opacity": 0.75 } },
    {
      id: "territory-name",
      type: "symbol",
      source: "territories",
      maxzoom: 12.5,
      layout: { "text-field": ["get", "name"], "text-font": BOLD, "text-size": 12, "text-letter-spacing": 0.04 },
      paint: { "text-color": GROUND[theme].ink, "text-opacity": 0.7, "text-halo-color": GROUND[theme].panel, "text-halo-width": 1.6 },
    },
  ];
}

export function routeLayers(theme: Theme): LayerSpecification[] {
  const { casing } = GROUND[theme];
  return [
    ...lines("route", "routes", casing, sized(2.2, 3.4)),
    ...ghostLayers(theme),
    ...lines("lit", "lit", casing, sized(3.4, 5)),
    {
      id: "lit-direction",
      type: "symbol",
      source: "lit",
      minzoom: 11,
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 110,
        "text-field": "›",
        "text-font": BOLD,
        "text-size": 22,
        "text-keep-upright": false,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
        "text-padding": 0,
      },
      paint: { "text-color": ["get", "hue"], "text-halo-color": casing, "text-halo-width": 2 },
    },
  ];
}

/** A measured route is a line; an estimated one is dashed, because no road was measured. */
function lines(name: string, source: string, casing: string, width: ExpressionSpecification): LayerSpecification[] {
  const round = { "line-cap": "round", "line-join": "round" } as const;
  const colour: ExpressionSpecification = ["get", "hue"];
  const estimated: ExpressionSpecification = ["get", "estimated"];
  return [
    { id: `${name}-casing`, type: "line", source, filter: ["!", estimated], layout: round, paint: { "line-color": casing, "line-width": sized(4.6, 6.6) } },
    { id: name, type: "line", source, filter: ["!", estimated], layout: round, paint: { "line-color": colour, "line-width": width } },
    { id: `${name}-estimated`, type: "line", source, filter: estimated, layout: { "line-join": "round" }, paint: { "line-color": colour, "line-width": width, "line-dasharray": [2.2, 1.8] } },
  ];
}

/** What a proposal changes: dashed where somebody drives now, solid where they would. */
function ghostLayers(theme: Theme): LayerSpecification[] {
  const { casing, territory } = GROUND[theme];
  const round = { "line-cap": "round", "line-join": "round" } as const;
  return [
    { id: "old-casing", type: "line", source: "old", layout: round, paint: { "line-color": casing, "line-width": sized(5, 7) } },
    { id: "old", type: "line", source: "old", layout: { "line-join": "round" }, paint: { "line-color": territory, "line-width": sized(2.6, 3.6), "line-dasharray": [1.6, 1.2] } },
    { id: "new-casing", type: "line", source: "new", layout: round, paint: { "line-color": casing, "line-width": sized(6.4, 9) } },
    { id: "new", type: "line", source: "new", layout: round, paint: { "line-color": ["get", "hue"], "line-width": sized(4, 5.6) } },
  ];
}

export function stopLayers(theme: Theme): LayerSpecification[] {
  const { panel, ink, casing } = GROUND[theme];
  const rank: ExpressionSpecification = ["get", "rank"];
  const open: ExpressionSpecification = ["==", ["get", "state"], "unassigned"];
  const loud: ExpressionSpecification = ["get", "loud"];
  const ring = (far: number, near: number): ExpressionSpecification => [
    "interpolate",
    ["linear"],
    ["zoom"],
    9,
    ["+", far * 0.55, ["case", loud, 2, 0]],
    11.5,
    ["+", far, ["case", loud, 2.5, 0]],
    13.5,
    ["+", near, ["case", loud, 3, 0]],
  ];
  return [
    {
      id: "stop-halo",
      type: "circle",
      source: "stops",
      filter: ["any", ["get", "urgent"], loud],
      paint: { "circle-radius": ring(14, 19), "circle-color": ["get", "mark"], "circle-opacity": 0.24 },
    },
    {
      id: "stop-ring",
      type: "circle",
      source: "stops",
      layout: { "circle-sort-key": rank },
      paint: {
        "circle-radius": ring(9.6, 12.5),
        "circle-color": ["case", CHOSEN, ink, POINTED, ink, ["get", "hue"]],
        "circle-stroke-color": ["case", CHOSEN, ink, casing],
        "circle-stroke-width": ["case", CHOSEN, 3, POINTED, 2, 1],
      },
    },
    {
      id: "stop",
      type: "circle",
      source: "stops",
      layout: { "circle-sort-key": rank },
      paint: {
        "circle-radius": ring(7.2, 9.6),
        "circle-color": ["case", open, panel, ["get", "fill"]],
        "circle-stroke-color": panel,
        "circle-stroke-width": sized(0.8, 1.4),
      },
    },
    {
      id: "stop-number",
      type: "symbol",
      source: "stops",
      minzoom: 10.4,
      layout: {
        "symbol-sort-key": ["-", ["literal", 0], rank],
        "text-field": ["get", "label"],
        "text-font": BOLD,
        "text-size": ["interpolate", ["linear"], ["zoom"], 11, 10, 13.5, 12],
        "text-padding": 0,
      },
      paint: { "text-color": ["case", open, ["get", "fill"], ["get", "ink"]] },
    },
    {
      id: "stop-badge",
      type: "symbol",
      source: "stops",
      minzoom: 9.5,
      filter: ["!=", ["get", "badge"], ""],
      layout: {
        "symbol-sort-key": ["-", ["literal", 0], rank],
        "text-field": ["get", "badge"],
        "text-font": BOLD,
        "text-size": ["interpolate", ["linear"], ["zoom"], 11, 13, 13.5, 16],
        "text-offset": [0.75, -0.7],
        "text-padding": 0,
        "text-ignore-placement": true,
      },
      paint: { "text-color": ["get", "mark"], "text-halo-color": panel, "text-halo-width": 2.4 },
    },
    {
      id: "moved",
      type: "circle",
      source: "moved",
      paint: { "circle-radius": sized(15, 18), "circle-color": ["case", open, panel, ["get", "fill"]], "circle-stroke-color": ink, "circle-stroke-width": 2.6 },
    },
    {
      id: "moved-number",
      type: "symbol",
      source: "moved",
      layout: { "text-field": ["get", "label"], "text-font": BOLD, "text-size": 13, "text-padding": 0, "text-allow-overlap": true },
      paint: { "text-color": ["case", open, ["get", "fill"], ["get", "ink"]] },
    },
  ];
}

export function peopleLayers(theme: Theme): LayerSpecification[] {
  const { panel, ink } = GROUND[theme];
  const stale: ExpressionSpecification = ["get", "stale"];
  return [
    {
      id: "person",
      type: "circle",
      source: "people",
      paint: {
        "circle-radius": sized(10, 14),
        "circle-color": ["case", stale, panel, ["get", "hue"]],
        "circle-stroke-color": ["case", CHOSEN, ink, POINTED, ink, stale, ["get", "hue"], panel],
        "circle-stroke-width": ["case", CHOSEN, 4, 2.5],
      },
    },
    {
      id: "person-initials",
      type: "symbol",
      source: "people",
      layout: {
        "text-field": ["get", "label"],
        "text-font": BOLD,
        "text-size": ["interpolate", ["linear"], ["zoom"], 10, 9, 13.5, 12],
        "text-allow-overlap": true,
        "text-padding": 0,
      },
      paint: { "text-color": ["case", stale, ["get", "hue"], panel] },
    },
  ];
}

type Fading = readonly (readonly [layer: string, property: "line-opacity" | "circle-opacity" | "circle-stroke-opacity" | "text-opacity", full: number])[];

/** Routes that grow faint while others are lit, and how full they are otherwise. */
export const FADING_ROUTES: Fading = [
  ["route-casing", "line-opacity", 0.9],
  ["route", "line-opacity", 0.95],
  ["route-estimated", "line-opacity", 0.95],
];
/** What grows faint beside a proposal, which is about a few visits alone. */
export const FADING_STOPS: Fading = [
  ["stop-halo", "circle-opacity", 0.24],
  ["stop-ring", "circle-opacity", 1],
  ["stop-ring", "circle-stroke-opacity", 1],
  ["stop", "circle-opacity", 1],
  ["stop", "circle-stroke-opacity", 1],
  ["stop-number", "text-opacity", 1],
  ["stop-badge", "text-opacity", 1],
];
export const STOP_LAYERS = ["moved", "stop-ring"];
export const PERSON_LAYERS = ["person"];
export const ROUTE_LAYERS = ["lit", "lit-estimated", "new", "route", "route-estimated"];
