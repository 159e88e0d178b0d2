/** The layers that a day is drawn in, above the ground and beneath or above its names. */

import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from "maplibre-gl";
import type { Theme } from "../theme";
import { GROUND } from "./colours";

/** The layers that answer to a click. */
export const STOP_LAYERS = ["stop-ring", "stop-number"];
export const ROUTE_LAYERS = ["route", "route-estimated"];
export const PERSON_LAYERS = ["person"];

/** Drawn with the fonts of this machine; the last word is the weight. */
const BOLD = ["Noto Sans Bold"];
const REGULAR = ["Noto Sans Regular"];
const FAINT = 0.16;

/** By zoom: so small that a whole city stays readable, and large enough for a number from the next step on. */
function sized(far: number, near: number): ExpressionSpecification {
  return ["interpolate", ["linear"], ["zoom"], 9, far * 0.55, 11.5, far, 13.5, near];
}

/** Full for whoever is selected, or for all where nobody is. */
function unlessOthers(selected: string | null, full = 1, faint = FAINT): ExpressionSpecification | number {
  return selected === null ? full : ["case", ["==", ["get", "technician"], selected], full, faint];
}

export function territoryLayers(theme: Theme): LayerSpecification[] {
  const colour = GROUND[theme].territory;
  return [
    {
      id: "territory",
      type: "line",
      source: "territories",
      paint: { "line-color": colour, "line-width": 1.5, "line-dasharray": [5, 3, 1, 3], "line-opacity": 0.75 },
    },
  ];
}

export function routeLayers(theme: Theme, selected: string | null): LayerSpecification[] {
  const round = { "line-cap": "round", "line-join": "round" } as const;
  const order: ExpressionSpecification = ["case", ["==", ["get", "technician"], selected ?? ""], 1, 0];
  const opacity = unlessOthers(selected, 0.95);
  const casing = unlessOthers(selected, 0.9, 0.05);
  const measured: FilterSpecification = ["!", ["get", "estimated"]];
  const width = sized(2.6, 4);
  return [
    {
      id: "route-casing",
      type: "line",
      source: "routes",
      filter: measured,
      layout: { ...round, "line-sort-key": order },
      paint: { "line-color": GROUND[theme].casing, "line-width": sized(4.8, 7), "line-opacity": casing },
    },
    {
      id: "route",
      type: "line",
      source: "routes",
      filter: measured,
      layout: { ...round, "line-sort-key": order },
      paint: { "line-color": ["get", "hue"], "line-width": width, "line-opacity": opacity },
    },
    {
      id: "route-estimated",
      type: "line",
      source: "routes",
      filter: ["get", "estimated"],
      layout: { "line-join": "round", "line-sort-key": order },
      paint: { "line-color": ["get", "hue"], "line-width": width, "line-opacity": opacity, "line-dasharray": [2.2, 1.8] },
    },
    {
      id: "route-direction",
      type: "symbol",
      source: "routes",
      minzoom: 12,
      filter: selected === null ? ["boolean", false] : ["==", ["get", "technician"], selected],
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
      paint: { "text-color": ["get", "hue"], "text-halo-color": GROUND[theme].casing, "text-halo-width": 2 },
    },
  ];
}

export function stopLayers(theme: Theme, selected: string | null, visit: string | null): LayerSpecification[] {
  const { panel, ink } = GROUND[theme];
  const shown = unlessOthers(selected);
  const rank: ExpressionSpecification = [
    "+",
    ["get", "rank"],
    ["case", ["==", ["get", "technician"], selected ?? ""], 10, 0],
    ["case", ["==", ["get", "visit"], visit ?? ""], 20, 0],
  ];
  // Of somebody who is selected all numbers are shown, from however far away, and nobody else's.
  const theirs: FilterSpecification = selected === null ? true : ["==", ["get", "technician"], selected];
  const isOpen: ExpressionSpecification = ["==", ["get", "state"], "unassigned"];
  const chosen: ExpressionSpecification = ["==", ["get", "visit"], visit ?? ""];
  return [
    {
      id: "stop-ring",
      type: "circle",
      source: "stops",
      layout: { "circle-sort-key": rank },
      paint: {
        "circle-radius": sized(9.6, 12.5),
        "circle-color": ["case", chosen, ink, ["get", "hue"]],
        "circle-opacity": shown,
        "circle-stroke-color": GROUND[theme].casing,
        "circle-stroke-width": 1,
        "circle-stroke-opacity": shown,
      },
    },
    {
      id: "stop",
      type: "circle",
      source: "stops",
      layout: { "circle-sort-key": rank },
      paint: {
        "circle-radius": sized(7.2, 9.6),
        "circle-color": ["case", isOpen, panel, ["get", "fill"]],
        "circle-opacity": shown,
        "circle-stroke-color": panel,
        "circle-stroke-width": sized(0.8, 1.4),
        "circle-stroke-opacity": shown,
      },
    },
    {
      id: "stop-number",
      type: "symbol",
      source: "stops",
      minzoom: selected === null ? 10.8 : 0,
      filter: theirs,
      layout: {
        "symbol-sort-key": ["-", ["literal", 0], rank],
        "text-field": ["get", "label"],
        "text-font": BOLD,
        "text-size": ["interpolate", ["linear"], ["zoom"], 11, 10, 13.5, 12],
        "text-padding": 0,
        "text-allow-overlap": selected !== null,
      },
      paint: { "text-color": ["case", isOpen, ["get", "fill"], ["get", "ink"]], "text-opacity": shown },
    },
    {
      id: "stop-badge",
      type: "symbol",
      source: "stops",
      minzoom: selected === null ? 11 : 0,
      filter: ["all", ["!=", ["get", "badge"], ""], theirs],
      layout: {
        "symbol-sort-key": ["-", ["literal", 0], rank],
        "text-field": ["get", "badge"],
        "text-font": BOLD,
        "text-size": ["interpolate", ["linear"], ["zoom"], 11, 13, 13.5, 16],
        "text-offset": [0.75, -0.7],
        "text-padding": 0,
        "text-allow-overlap": selected !== null,
        "text-ignore-placement": true,
      },
      paint: {
        "text-color": ["get", "mark"],
        "text-halo-color": panel,
        "text-halo-width": 2.4,
        "text-opacity": shown,
      },
    },
  ];
}

export function peopleLayers(theme: Theme, selected: string | null): LayerSpecification[] {
  const { panel } = GROUND[theme];
  const isPerson: FilterSpecification = ["==", ["get", "what"], "person"];
  const shown = unlessOthers(selected);
  const lively: ExpressionSpecification = ["case", ["get", "stale"], panel, ["get", "hue"]];
  return [
    {
      id: "base",
      type: "symbol",
      source: "people",
      minzoom: 10.5,
      filter: ["==", ["get", "what"], "base"],
      layout: { "text-field": "⌂", "text-font": BOLD, "text-size": 20, "text-allow-overlap": true, "text-padding": 0 },
      paint: { "text-color": ["get", "hue"], "text-halo-color": panel, "text-halo-width": 2, "text-opacity": shown },
    },
    {
      id: "person-heading",
      type: "symbol",
      source: "people",
      filter: ["all", isPerson, ["get", "moves"]],
      layout: {
        "text-field": "▲",
        "text-font": REGULAR,
        "text-size": 13,
        "text-offset": [0, -1.35],
        "text-rotate": ["get", "heading"],
        "text-rotation-alignment": "map",
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": ["get", "hue"], "text-halo-color": panel, "text-halo-width": 1.6, "text-opacity": shown },
    },
    {
      id: "person",
      type: "circle",
      source: "people",
      filter: isPerson,
      paint: {
        "circle-radius": sized(10, 14),
        "circle-color": lively,
        "circle-opacity": shown,
        "circle-stroke-color": ["case", ["get", "stale"], ["get", "hue"], panel],
        "circle-stroke-width": 2.5,
        "circle-stroke-opacity": shown,
      },
    },
    {
      id: "person-initials",
      type: "symbol",
      source: "people",
      filter: isPerson,
      layout: {
        "text-field": ["get", "label"],
        "text-font": BOLD,
        "text-size": ["interpolate", ["linear"], ["zoom"], 10, 9, 13.5, 12],
        "text-allow-overlap": true,
        "text-padding": 0,
      },
      paint: { "text-color": ["case", ["get", "stale"], ["get", "hue"], panel], "text-opacity": shown },
    },
  ];
}
