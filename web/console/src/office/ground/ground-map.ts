/** A map to point at things on: the ground, areas with their names, points, and a mark. No framework. */

import type { Feature, FeatureCollection } from "geojson";
import * as maplibregl from "maplibre-gl";
import type { GeoJSONSource, StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { Protocol } from "pmtiles";
import { base, type MapSource } from "@fieldwright/shared/map/base";
import { GROUND, STATE_PAINT } from "@fieldwright/shared/map/colours";
import type { Point } from "@fieldwright/shared/map/day";
import { Mark, pointed } from "@fieldwright/shared/map/mark";
import type { Language } from "@fieldwright/shared/texts";
import type { Theme } from "@fieldwright/shared/theme";

// MapLibre 6 finds its worker by an address of its own making, which no bundler keeps; so it is told.
maplibregl.setWorkerUrl(workerUrl);
maplibregl.addProtocol("pmtiles", new Protocol().tile);

export interface GroundOptions {
  readonly container: HTMLElement;
  readonly source: MapSource;
  readonly theme: Theme;
  readonly language: Language;
  readonly names: { readonly map: string; readonly zoomIn: string; readonly zoomOut: string; readonly mark: string };
  readonly onPoint?: (at: Point) => void;
  readonly onTrouble: (message: string) => void;
}

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

export class GroundMap {
  readonly map: maplibregl.Map;
  readonly #mark: Mark;
  readonly #ready: Promise<void>;
  /** Whether it was taken down: nothing can be drawn on it any more. */
  gone = false;
  readonly #before: (() => void)[] = [];

  constructor({ container, source, theme, language, names, onPoint, onTrouble }: GroundOptions) {
    this.map = new maplibregl.Map({
      container,
      style: style(source, theme, language),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxZoom: 18,
      fadeDuration: STILL.matches ? 0 : 150,
      ...(source.bounds === null
        ? { center: [0, 20] as [number, number], zoom: 1.4 }
        : { bounds: source.bounds as [number, number, number, number], fitBoundsOptions: { padding: 24 } }),
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "bottom-right");
    this.map.on("error", ({ error }) => onTrouble(error?.message ?? String(error)));
    this.map.on("idle", () => (container.dataset.drawn = "yes"));
    this.map.on("dataloading", () => delete container.dataset.drawn);
    this.#ready = new Promise((resolve) => this.map.once("load", () => resolve()));
    this.#mark = new Mark(this.map, (at) => onPoint?.(at));
    this.#mark.name(names.mark);
    if (onPoint !== undefined) this.map.on("click", (event) => onPoint(pointed(event.lngLat)));
    this.map.getCanvas().setAttribute("aria-label", names.map);
    for (const [part, text] of [["in", names.zoomIn], ["out", names.zoomOut]] as const) {
      const button = container.querySelector(`.maplibregl-ctrl-zoom-${part}`);
      button?.setAttribute("aria-label", text);
      button?.setAttribute("title", text);
    }
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  mark(at: Point | null): void {
    this.#mark.show(at);
  }

  go([lat, lon]: Point, zoom = 14): void {
    this.map.easeTo({ center: [lon, lat], zoom: Math.max(this.map.getZoom(), zoom), duration: STILL.matches ? 0 : 300 });
  }

  /** So that all of these points (longitude first) can be seen. */
  frame(points: readonly (readonly number[])[], padding = 48): void {
    const box = new maplibregl.LngLatBounds();
    for (const [lon = 0, lat = 0] of points) box.extend([lon, lat]);
    if (!box.isEmpty()) this.map.fitBounds(box, { padding, maxZoom: 15, duration: 0 });
  }

  areas(features: readonly Feature[]): void {
    this.#put("areas", features);
  }

  points(features: readonly Feature[]): void {
    this.#put("points", features);
  }

  /** Do this right before the map is taken down: what draws on it in the next frame must not find it gone. */
  beforeRemoval(stop: () => void): void {
    this.#before.push(stop);
  }

  remove(): void {
    for (const stop of this.#before) stop();
    this.gone = true;
    this.map.remove();
  }

  #put(name: string, features: readonly Feature[]): void {
    const put = (): void => {
      if (this.gone) return;
      const source = this.map.getSource<GeoJSONSource>(name);
      source?.setData({ type: "FeatureCollection", features: [...features] });
    };
    void this.#ready.then(put);
  }
}

function style(source: MapSource, theme: Theme, language: Language): StyleSpecification {
  const { sources, ground, names } = base(source, theme, language);
  const { casing, ink, territory } = GROUND[theme];
  return {
    version: 8,
    sources: { ...sources, areas: { type: "geojson", data: NOTHING }, points: { type: "geojson", data: NOTHING } },
    layers: [
      ...ground,
      { id: "areas-fill", type: "fill", source: "areas", paint: { "fill-color": territory, "fill-opacity": 0.12 } },
      {
        id: "areas-line",
        type: "line",
        source: "areas",
        paint: { "line-color": territory, "line-width": 2, "line-dasharray": [3, 2] },
      },
      ...names,
      {
        id: "points",
        type: "circle",
        source: "points",
        paint: {
          "circle-radius": ["case", ["==", ["get", "kind"], "technician"], 6, 4],
          "circle-color": [
            "case",
            ["==", ["get", "kind"], "technician"],
            STATE_PAINT[theme]["under-way"].fill,
            STATE_PAINT[theme].planned.fill,
          ],
          "circle-stroke-color": casing,
          "circle-stroke-width": 1.5,
        },
      },
    ],
    metadata: { ink },
  };
}
