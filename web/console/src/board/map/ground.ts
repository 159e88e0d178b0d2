/** The map itself: the ground, and on it what the board says. Knows no framework; every source is changed by itself. */

import type { FeatureCollection } from "geojson";
import * as maplibregl from "maplibre-gl";
import type { GeoJSONSource, LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { Protocol } from "pmtiles";
import { base, type MapSource } from "@fieldwright/shared/map/base";
import type { Language } from "@fieldwright/shared/texts";
import type { Theme } from "@fieldwright/shared/theme";
import { changesOf } from "./changes";
import { FADING_ROUTES, FADING_STOPS, FAINT, PERSON_LAYERS, peopleLayers, ROUTE_LAYERS, routeLayers, STOP_LAYERS, stopLayers, territoryLayers } from "./layers";
import type { Bounds } from "./marks";

// MapLibre 6 finds its worker by an address of its own making, which no bundler keeps; so it is told.
maplibregl.setWorkerUrl(workerUrl);
maplibregl.addProtocol("pmtiles", new Protocol().tile);

export const SOURCES = ["territories", "routes", "old", "new", "lit", "stops", "moved", "people"] as const;
export type SourceName = (typeof SOURCES)[number];
/** What of a source's features is their id, so that they can have a state. */
const IDS: Partial<Record<SourceName, string>> = { stops: "visit", people: "technician" };

export interface Found {
  readonly visit: string | null;
  readonly technician: string | null;
}

export interface Paper {
  readonly theme: Theme;
  readonly language: Language;
  readonly source: MapSource;
}

export interface GroundOptions {
  readonly container: HTMLElement;
  readonly paper: Paper;
  readonly bounds: Bounds | null;
  readonly onClick: (found: Found, add: boolean) => void;
  readonly onPoint: (found: Found) => void;
  readonly onTrouble: () => void;
}

const ROOM = { padding: 44, maxZoom: 15 };
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

export class Ground {
  readonly #map: maplibregl.Map;
  readonly #data = new Map<SourceName, FeatureCollection>();
  readonly #states = new Map<string, { chosen?: boolean; pointed?: boolean }>();
  #paper: Paper;
  #faint = { routes: false, stops: false };

  constructor({ container, paper, bounds, onClick, onPoint, onTrouble }: GroundOptions) {
    this.#paper = paper;
    this.#map = new maplibregl.Map({
      container,
      style: this.#style(),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxZoom: 18,
      fadeDuration: 0,
      ...(bounds === null ? { center: [0, 20], zoom: 1.4 } : { bounds, fitBoundsOptions: ROOM }),
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "bottom-right");
    this.#map.on("error", onTrouble);
    // For whoever takes its picture.
    this.#map.on("idle", () => (container.dataset.drawn = "yes"));
    this.#map.on("dataloading", () => delete container.dataset.drawn);
    this.#map.on("style.load", () => this.#marked());
    this.#answer(onClick, onPoint);
  }

  /** Other colours, another language or another ground: drawn anew as a whole. */
  paper(paper: Paper): void {
    const before = this.#paper;
    this.#paper = paper;
    if (before.theme === paper.theme && before.language === paper.language && before.source === paper.source) return;
    this.#map.setStyle(this.#style(), { diff: false });
  }

  /** What lies in one source from now on. Of points that have an id only those that changed are handed over. */
  put(name: SourceName, data: FeatureCollection): void {
    const before = this.#data.get(name);
    if (before === data) return;
    this.#data.set(name, data);
    const id = IDS[name];
    const changes = before === undefined || id === undefined ? null : changesOf(before.features, data.features, id);
    const source = this.#map.getSource<GeoJSONSource>(name);
    if (changes === null) void source?.setData(data);
    else if (changes.add.length + changes.remove.length > 0) void source?.updateData(changes);
  }

  /** Which visits and technicians are chosen, and which one is pointed at. */
  mark(chosen: Iterable<string>, pointed: string | null): void {
    const wanted = new Map<string, { chosen?: boolean; pointed?: boolean }>();
    for (const id of chosen) wanted.set(id, { chosen: true });
    if (pointed !== null) wanted.set(pointed, { ...wanted.get(pointed), pointed: true });
    for (const id of this.#states.keys()) if (!wanted.has(id)) this.#state(id, {});
    for (const [id, state] of wanted) this.#state(id, state);
    this.#states.clear();
    for (const [id, state] of wanted) this.#states.set(id, state);
  }

  /** Draw faintly what nobody asked for, so that what is lit stands out. */
  fade(faint: { readonly routes: boolean; readonly stops: boolean }): void {
    this.#faint = faint;
    this.#fade();
  }

  name(names: { readonly map: string; readonly zoomIn: string; readonly zoomOut: string }): void {
    this.#map.getCanvas().setAttribute("aria-label", names.map);
    for (const [part, text] of [["in", names.zoomIn], ["out", names.zoomOut]] as const) {
      const button = this.#map.getContainer().querySelector(`.maplibregl-ctrl-zoom-${part}`);
      button?.setAttribute("aria-label", text);
      button?.setAttribute("title", text);
    }
  }

  /** Bring all of it into view; `unlessSeen`: only where some of it is out of sight. */
  fit(bounds: Bounds | null, unlessSeen = false): void {
    if (bounds === null) return;
    const [west, south, east, north] = bounds;
    const view = this.#map.getBounds();
    if (unlessSeen && view.contains([west, south]) && view.contains([east, north])) return;
    this.#map.fitBounds(bounds, { ...ROOM, animate: !STILL.matches, duration: 400 });
  }

  remove(): void {
    this.#map.remove();
  }

  #answer(onClick: (found: Found, add: boolean) => void, onPoint: (found: Found) => void): void {
    const all = [...STOP_LAYERS, ...PERSON_LAYERS, ...ROUTE_LAYERS];
    this.#map.on("click", ({ point, originalEvent }) => onClick(this.#under(point, all, 5), originalEvent.ctrlKey || originalEvent.metaKey));
    let frame = 0;
    let last: Found = { visit: null, technician: null };
    const tell = (found: Found): void => {
      if (found.visit === last.visit && found.technician === last.technician) return;
      last = found;
      this.#map.getCanvas().style.cursor = found.visit ?? found.technician ? "pointer" : "";
      onPoint(found);
    };
    this.#map.on("mousemove", ({ point }) => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => tell(this.#under(point, [...STOP_LAYERS, ...PERSON_LAYERS], 2)));
    });
    this.#map.on("mouseout", () => {
      cancelAnimationFrame(frame);
      tell({ visit: null, technician: null });
    });
  }

  /** What lies under a point, or near it; what is most in trouble first. */
  #under({ x, y }: { readonly x: number; readonly y: number }, layers: readonly string[], room: number): Found {
    const box: [[number, number], [number, number]] = [
      [x - room, y - room],
      [x + room, y + room],
    ];
    const there = layers.filter((layer) => this.#map.getLayer(layer) !== undefined);
    const found = this.#map.queryRenderedFeatures(box, { layers: there });
    const worth = ({ layer, properties }: maplibregl.MapGeoJSONFeature): number =>
      -there.indexOf(layer.id) * 100 + Number(properties.rank ?? 0);
    const best = found.sort((one, other) => worth(other) - worth(one))[0];
    return { visit: text(best?.properties.visit), technician: text(best?.properties.technician) };
  }

  /** A style that has been loaded knows nothing of what was put while it was on its way, of states and of what is faint. */
  #marked(): void {
    for (const [name, data] of this.#data) void this.#map.getSource<GeoJSONSource>(name)?.setData(data);
    for (const [id, state] of this.#states) this.#state(id, state);
    this.#fade();
  }

  #state(id: string, { chosen = false, pointed = false }: { chosen?: boolean; pointed?: boolean }): void {
    for (const source of Object.keys(IDS)) {
      if (this.#map.getSource(source) !== undefined) this.#map.setFeatureState({ source, id }, { chosen, pointed });
    }
  }

  #fade(): void {
    for (const [layers, faint] of [[FADING_ROUTES, this.#faint.routes], [FADING_STOPS, this.#faint.stops]] as const) {
      for (const [layer, property, full] of layers) {
        if (this.#map.getLayer(layer) !== undefined) this.#map.setPaintProperty(layer, property, faint ? FAINT * full : full);
      }
    }
  }

  #style(): StyleSpecification {
    const { theme, language, source } = this.#paper;
    const { sources, ground, names } = base(source, theme, language);
    const own: Record<string, SourceSpecification> = {};
    for (const name of SOURCES) {
      const id = IDS[name];
      own[name] = { type: "geojson", data: this.#data.get(name) ?? NOTHING, ...(id === undefined ? {} : { promoteId: id }) };
    }
    const layers: LayerSpecification[] = [...ground, ...territoryLayers(theme), ...routeLayers(theme), ...names, ...stopLayers(theme), ...peopleLayers(theme)];
    // Without transitions: one between two paints draws the whole map in every frame of its third of a second.
    return { version: 8, sources: { ...sources, ...own }, layers, transition: { duration: 0, delay: 0 } };
  }
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
