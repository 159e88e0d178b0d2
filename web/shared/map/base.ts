/** The base map as a MapLibre style: the ground that everything else is drawn on. */

import { type Flavor, layers, namedFlavor } from "@protomaps/basemaps";
import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { Shape } from "../api";
import type { Language } from "../texts";
import type { Theme } from "../theme";
import { GROUND } from "./colours";

export type MapSource = Shape<"MapSourceShape">;

const GROUND_SOURCE = "ground";
const DEEPEST = 14;

/** A calmer ground than the flavours of Protomaps, and labels that can be read on it (WCAG 2.2 AA). */
const FLAVORS: Readonly<Record<Theme, Flavor>> = {
  light: {
    ...namedFlavor("light"),
    background: "#efede7",
    earth: "#efede7",
    water: "#bcd9e6",
    buildings: "#dcd9d2",
    industrial: "#eae9ea",
    pedestrian: "#eeece6",
    aerodrome: "#e6e7ea",
    park_a: "#dde9d8",
    park_b: "#d3e5cc",
    wood_a: "#dbe7d3",
    wood_b: "#cfe0c5",
    scrub_a: "#e2ead9",
    scrub_b: "#dbe6d0",
    other: "#ffffff",
    minor_service: "#ffffff",
    minor_a: "#ffffff",
    minor_b: "#ffffff",
    link: "#ffffff",
    major: "#ffffff",
    highway: "#fdf3d8",
    bridges_highway: "#fdf3d8",
    bridges_major: "#ffffff",
    minor_service_casing: "#d6d1c5",
    minor_casing: "#ccc6b8",
    link_casing: "#bfb8a7",
    major_casing_early: "#bfb8a7",
    major_casing_late: "#bfb8a7",
    highway_casing_early: "#d8c48c",
    highway_casing_late: "#d8c48c",
    roads_label_minor: "#5f5c57",
    roads_label_major: "#4f4c47",
    roads_label_minor_halo: "#ffffff",
    roads_label_major_halo: "#ffffff",
    subplace_label: "#5c6068",
    subplace_label_halo: "#f6f5f1",
    city_label: "#2b3036",
    city_label_halo: "#f6f5f1",
    state_label: "#5c6068",
    country_label: "#4b5058",
    ocean_label: "#33607a",
    boundaries: "#9a94a6",
  },
  dark: {
    ...namedFlavor("dark"),
    background: "#10161c",
    earth: "#10161c",
    water: "#1b2f40",
    buildings: "#1a222b",
    industrial: "#141b22",
    hospital: "#1b1c24",
    school: "#191d24",
    park_a: "#14221c",
    park_b: "#15261d",
    wood_a: "#13211a",
    wood_b: "#14241b",
    scrub_a: "#141f1b",
    scrub_b: "#15221c",
    pedestrian: "#161d25",
    other: "#242e38",
    minor_service: "#222c36",
    minor_a: "#2a3540",
    minor_b: "#2a3540",
    link: "#35424f",
    major: "#3a4856",
    highway: "#4d5c6b",
    bridges_highway: "#4d5c6b",
    bridges_major: "#3a4856",
    bridges_minor: "#2a3540",
    minor_casing: "#10161c",
    major_casing_early: "#10161c",
    major_casing_late: "#10161c",
    highway_casing_early: "#10161c",
    highway_casing_late: "#10161c",
    railway: "#3a4550",
    roads_label_minor: "#94a1ae",
    roads_label_major: "#a9b5c1",
    roads_label_minor_halo: "#10161c",
    roads_label_major_halo: "#10161c",
    subplace_label: "#95a2af",
    subplace_label_halo: "#10161c",
    city_label: "#dbe2e9",
    city_label_halo: "#10161c",
    state_label: "#95a2af",
    country_label: "#b3bec9",
    ocean_label: "#8fb4cf",
    boundaries: "#5c6b7a",
  },
};

/** Names that are drawn belong above what a page draws; the ground beneath. */
export interface Base {
  readonly sources: Record<string, SourceSpecification>;
  readonly ground: readonly LayerSpecification[];
  readonly names: readonly LayerSpecification[];
}

export function base(source: MapSource, theme: Theme, language: Language): Base {
  const background: LayerSpecification = {
    id: "background",
    type: "background",
    paint: { "background-color": source.kind === "none" ? GROUND[theme].empty : FLAVORS[theme].background },
  };
  if (source.kind === "none" || source.url === null) return { sources: {}, ground: [background], names: [] };
  if (source.kind === "raster") return raster(source, source.url, theme, background);
  const drawn = layers(GROUND_SOURCE, FLAVORS[theme], { lang: language === "zh" ? "zh-Hans" : "en" }).map(withoutIcon);
  const useful = drawn.filter((layer) => layer.id !== "roads_oneway" && !layer.id.includes("shield"));
  return {
    sources: { [GROUND_SOURCE]: vector(source, source.url) },
    ground: useful.filter((layer) => layer.type !== "symbol"),
    names: useful.filter((layer) => layer.type === "symbol"),
  };
}

/** The base map alone. */
export function baseStyle(source: MapSource, theme: Theme, language: Language): StyleSpecification {
  const { sources, ground, names } = base(source, theme, language);
  return { version: 8, sources, layers: [...ground, ...names] };
}

function vector(source: MapSource, url: string): SourceSpecification {
  const { attribution } = source;
  const isArchive = url.split("?")[0]?.endsWith(".pmtiles") ?? false;
  if (isArchive) return { type: "vector", url: `pmtiles://${new URL(url, location.href).href}`, attribution };
  return { type: "vector", tiles: [url], maxzoom: DEEPEST, attribution };
}

function raster(source: MapSource, url: string, theme: Theme, background: LayerSpecification): Base {
  const paint = theme === "dark" ? { "raster-saturation": -0.7, "raster-brightness-max": 0.5 } : {};
  return {
    sources: { [GROUND_SOURCE]: { type: "raster", tiles: [url], tileSize: 256, attribution: source.attribution } },
    ground: [background, { id: "pictures", type: "raster", source: GROUND_SOURCE, paint }],
    names: [],
  };
}

/** There is no sheet of icons here; a layer that asks for one would not be drawn at all, with its names. */
function withoutIcon(layer: LayerSpecification): LayerSpecification {
  if (layer.type !== "symbol" || layer.layout === undefined) return layer;
  const kept = Object.entries(layer.layout).filter(([name]) => !name.startsWith("icon-"));
  return { ...layer, layout: Object.fromEntries(kept) };
}
