/** The map of a day: the ground, territories, routes, numbered stops, and where people are. No framework. */

import type { Feature } from "geojson";
import * as maplibregl from "maplibre-gl";
import type { GeoJSONSource, MapLayerMouseEvent, StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { Protocol } from "pmtiles";
import type { Language } from "../texts";
import type { Theme } from "../theme";
import { base, type MapSource } from "./base";
import type { Day, Point } from "./day";
import { drawn, reach } from "./geojson";
import { Mark, pointed } from "./mark";
import { peopleLayers, PERSON_LAYERS, ROUTE_LAYERS, routeLayers, STOP_LAYERS, stopLayers, territoryLayers } from "./layers";

// MapLibre 6 finds its worker by an address of its own making, which no bundler keeps; so it is told.
maplibregl.setWorkerUrl(workerUrl);
maplibregl.addProtocol("pmtiles", new Protocol().tile);

export interface Look {
  readonly theme: Theme;
  readonly language: Language;
  readonly source: MapSource;
  readonly day: Day;
  readonly territories: readonly Feature[];
  /** A technician's id. */
  readonly selected: string | null;
  readonly visit: string | null;
  /** Somebody says where something is: a click on the map is a place, and nothing is chosen. */
  readonly pointing: boolean;
  /** The place that they mean. */
  readonly mark: Point | null;
}

export interface Chosen {
  readonly technician: string | null;
  readonly visit: string | null;
}

/** What the parts of the map are called, for who hears them and who points at them. */
export interface Names {
  readonly map: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly mark: string;
}

export interface DayMapOptions {
  readonly container: HTMLElement;
  readonly look: Look;
  readonly onChoose: (chosen: Chosen) => void;
  readonly onTrouble: (message: string) => void;
  /** A place was pointed at, or the mark dragged there. */
  readonly onPoint: (at: Point) => void;
  readonly names: Names;
}

const ROOM = { padding: 48, maxZoom: 15 };
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export class DayMap {
  readonly #map: maplibregl.Map;
  #look: Look;
  #fitted = false;
  readonly #mark: Mark;

  constructor({ container, look, onChoose, onTrouble, onPoint, names }: DayMapOptions) {
    this.#look = look;
    const bounds = this.#frame(null);
    this.#map = new maplibregl.Map({
      container,
      style: style(look),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxZoom: 18,
      fadeDuration: STILL.matches ? 0 : 150,
      ...(bounds === null ? { center: [0, 20], zoom: 1.4 } : { bounds, fitBoundsOptions: ROOM }),
    });
    this.#fitted = look.day.technicians.length > 0;
    this.#map.touchZoomRotate.disableRotation();
    this.#map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "bottom-right");
    this.#map.on("error", ({ error }) => onTrouble(error?.message ?? String(error)));
    // Once for every state in which all that is wanted has been drawn: for whoever takes its picture.
    this.#map.on("idle", () => (container.dataset.drawn = "yes"));
    this.#map.on("dataloading", () => delete container.dataset.drawn);
    this.#mark = new Mark(this.#map, onPoint);
    this.#answerClicks(onChoose, onPoint);
    this.#mark.show(look.mark);
    this.name(names);
  }

  /** Call the parts of the map by these names, as in another language. */
  name({ map, zoomIn, zoomOut, mark }: Names): void {
    this.#map.getCanvas().setAttribute("aria-label", map);
    for (const [part, text] of [["in", zoomIn], ["out", zoomOut]] as const) {
      const button = this.#map.getContainer().querySelector(`.maplibregl-ctrl-zoom-${part}`);
      button?.setAttribute("aria-label", text);
      button?.setAttribute("title", text);
    }
    this.#mark.name(mark);
  }

  /** Show another theme, language, ground, day or selection; only what differs is drawn anew. */
  show(look: Look): void {
    const before = this.#look;
    this.#look = look;
    const redrawn = (["theme", "language", "source", "selected", "visit", "territories"] as const).some(
      (part) => before[part] !== look[part],
    );
    if (redrawn) {
      this.#map.setStyle(style(look));
    } else if (before.day !== look.day) {
      const { routes, stops, people } = drawn(look.day, look.theme);
      for (const [name, data] of Object.entries({ routes, stops, people })) {
        void this.#map.getSource<GeoJSONSource>(name)?.setData(data);
      }
    }
    this.#mark.show(look.mark);
    this.#map.getCanvas().style.cursor = look.pointing ? "crosshair" : "";
    if (!this.#fitted && look.day.technicians.length > 0) {
      this.#fitted = true;
      this.fit(null);
    }
  }

  /** Bring all of the work into view, or somebody's. */
  fit(technician: string | null): void {
    const bounds = this.#frame(technician);
    if (bounds !== null) this.#map.fitBounds(bounds, { ...ROOM, animate: !STILL.matches, duration: 500 });
  }

  /** Bring a place into view, no farther away than it is. */
  go([lat, lon]: Point): void {
    const zoom = Math.max(this.#map.getZoom(), 13.5);
    this.#map.easeTo({ center: [lon, lat], zoom, animate: !STILL.matches, duration: 400 });
  }

  resize(): void {
    this.#map.resize();
  }

  remove(): void {
    this.#map.remove();
  }

  #frame(technician: string | null): [number, number, number, number] | null {
    const [west, south, east, north] = this.#look.source.bounds ?? [];
    const known = west !== undefined && south !== undefined && east !== undefined && north !== undefined;
    return reach(this.#look.day, technician) ?? (known ? [west, south, east, north] : null);
  }

  #answerClicks(onChoose: (chosen: Chosen) => void, onPoint: (at: Point) => void): void {
    const clickable = [...STOP_LAYERS, ...PERSON_LAYERS, ...ROUTE_LAYERS];
    this.#map.on("click", (event) => {
      if (this.#look.pointing) {
        onPoint(pointed(event.lngLat));
        return;
      }
      const found = this.#under(event.point, clickable);
      const technician = text(found?.properties.technician);
      const visit = text(found?.properties.visit);
      onChoose({ technician, visit });
    });
    const points = (yes: boolean) => (_: MapLayerMouseEvent) => {
      this.#map.getCanvas().style.cursor = this.#look.pointing ? "crosshair" : yes ? "pointer" : "";
    };
    for (const layer of clickable) {
      this.#map.on("mouseenter", layer, points(true));
      this.#map.on("mouseleave", layer, points(false));
    }
  }

  /** What lies under a point, or near it: a finger is wider than a line. */
  #under({ x, y }: { readonly x: number; readonly y: number }, layers: readonly string[]): maplibregl.MapGeoJSONFeature | undefined {
    const box: [[number, number], [number, number]] = [
      [x - 6, y - 6],
      [x + 6, y + 6],
    ];
    const there = layers.filter((layer) => this.#map.getLayer(layer) !== undefined);
    const found = this.#map.queryRenderedFeatures(box, { layers: there });
    const rank = (id: string): number => there.indexOf(id);
    return found.sort((one, other) => rank(one.layer.id) - rank(other.layer.id))[0];
  }
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function style({ theme, language, source, day, territories, selected, visit }: Look): StyleSpecification {
  const { sources, ground, names } = base(source, theme, language);
  const { routes, stops, people } = drawn(day, theme);
  return {
    version: 8,
    sources: {
      ...sources,
      territories: { type: "geojson", data: { type: "FeatureCollection", features: [...territories] } },
      routes: { type: "geojson", data: routes },
      stops: { type: "geojson", data: stops },
      people: { type: "geojson", data: people },
    },
    layers: [
      ...ground,
      ...territoryLayers(theme),
      ...routeLayers(theme, selected),
      ...names,
      ...peopleLayers(theme, selected).slice(0, 1),
      ...stopLayers(theme, selected, visit),
      ...peopleLayers(theme, selected).slice(1),
    ],
  };
}
