/** What is drawn on a canvas, where custom properties do not reach: the colours of states, technicians and the ground. */

import type { Theme } from "../theme";

export const STATES = ["done", "under-way", "planned", "at-risk", "broken", "unassigned"] as const;
export type State = (typeof STATES)[number];

/** What stands beside a stop, so that nobody needs to tell its state by colour. */
export const BADGES: Readonly<Record<State, string>> = {
  done: "✓",
  "under-way": "▸",
  planned: "",
  "at-risk": "!",
  broken: "✕",
  unassigned: "?",
};

export interface Paint {
  readonly fill: string;
  /** On the fill. */
  readonly ink: string;
  /** Of the badge, on the panel's colour. */
  readonly mark?: string;
}

/** As in tokens.css. */
export const STATE_PAINT: Readonly<Record<Theme, Readonly<Record<State, Paint>>>> = {
  light: {
    done: { fill: "#66717d", ink: "#ffffff" },
    "under-way": { fill: "#0a7366", ink: "#ffffff" },
    planned: { fill: "#2c64a8", ink: "#ffffff" },
    "at-risk": { fill: "#f2b234", ink: "#3a2500", mark: "#8a5200" },
    broken: { fill: "#c3271b", ink: "#ffffff" },
    unassigned: { fill: "#6a4aa8", ink: "#ffffff" },
  },
  dark: {
    done: { fill: "#8793a0", ink: "#0d1116" },
    "under-way": { fill: "#3fc1ad", ink: "#04211c" },
    planned: { fill: "#6aa5e8", ink: "#08182b" },
    "at-risk": { fill: "#f0b840", ink: "#2b1b00" },
    broken: { fill: "#ff7d6e", ink: "#330603" },
    unassigned: { fill: "#b9a0f0", ink: "#1b0f33" },
  },
};

/**
 * Hues of technicians: eight that people with any of the common colour weaknesses tell apart, after Okabe and Ito
 * (2008), darkened or lightened so that they stand out from the ground of either theme by at least 3 : 1. Neighbours get
 * different ones (see day.ts), and initials say whose it is besides.
 */
export const ROUTE_HUES: Readonly<Record<Theme, readonly string[]>> = {
  light: ["#0067a8", "#b84a00", "#00795c", "#a3387f", "#5b3fb0", "#7d5f00", "#1f2a36", "#117f9e"],
  dark: ["#56b4e9", "#ff9a52", "#3fd0a8", "#f08fcb", "#b7a1ff", "#e8c84a", "#dfe6ee", "#7fe3f5"],
};

export interface Ground {
  readonly casing: string;
  readonly ink: string;
  readonly panel: string;
  readonly territory: string;
  readonly empty: string;
}

export const GROUND: Readonly<Record<Theme, Ground>> = {
  light: { casing: "#ffffff", ink: "#17202a", panel: "#ffffff", territory: "#7b8794", empty: "#efede7" },
  dark: { casing: "#0b0f14", ink: "#e7ecf1", panel: "#151b22", territory: "#8593a1", empty: "#12181f" },
};
