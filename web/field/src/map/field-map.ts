/** The map of one technician's day: the ground, the visits numbered in their order, the way between them. No framework. */

import type { Feature, LineString } from "geojson";
import * as maplibregl from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { Protocol } from "pmtiles";
import { base, type MapSource } from "@fieldwright/shared/map/base";
import type { Language } from "@fieldwright/shared/texts";
import type { Theme } from "@fieldwright/shared/theme";
import { archive } from "./archive";
import type { At } from "./compass";

// MapLibre 6 finds its worker by an address of its own making, which no bundler keeps; so it is told.
maplibregl.setWorkerUrl(workerUrl);
const PROTOCOL = new Protocol();
maplibregl.addProtocol("pmtiles", PROTOCOL.tile);

export interface Stop {
  readonly visit: string;
  readonly order: number;
  readonly at: At;
  /** Read out, and shown to a pointer. */
  readonly name: string;
  readonly look: "done" | "next" | "later" | "planned";
}

export interface Look {
  readonly theme: Theme;
  readonly language: Language;
  readonly source: MapSource;
  readonly stops: readonly Stop[];
  /** Where this phone is; null: nobody knows. */
  readonly here: At | null;
}

export interface Names {
  readonly map: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly here: string;
}

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const ROOM = { padding: 56, maxZoom: 15 };
const WAY = "way";

export class FieldMap {
  readonly #map: maplibregl.Map;
  readonly #onVisit: (visit: string) => void;
  #markers: maplibregl.Marker[] = [];
  #here: maplibregl.Marker | null = null;
  #look: Look;

  constructor(container: HTMLElement, look: Look, onVisit: (visit: string) => void) {
    this.#look = look;
    this.#onVisit = onVisit;
    addArchive(look.source);
    const bounds = boundsOf(look);
    this.#map = new maplibregl.Map({
      container,
      style: styleOf(look),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxZoom: 18,
      fadeDuration: STILL.matches ? 0 : 150,
      ...(bounds === null ? { center: [0, 20], zoom: 1.4 } : { bounds, fitBoundsOptions: ROOM }),
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "bottom-right");
    // What cannot be fetched in a dead spot stays blank; the page says that there is no network.
    this.#map.on("error", () => container.setAttribute("data-missing", "yes"));
    this.#map.on("idle", () => (container.dataset.drawn = "yes"));
    this.#mark();
  }

  show(look: Look): void {
    const before = this.#look;
    this.#look = look;
    if (before.theme !== look.theme || before.language !== look.language || before.source !== look.source) {
      addArchive(look.source);
      this.#map.setStyle(styleOf(look));
    } else if (before.stops !== look.stops) {
      void this.#map.getSource<maplibregl.GeoJSONSource>(WAY)?.setData(wayOf(look.stops));
    }
    if (before.stops !== look.stops || before.here !== look.here) this.#mark();
  }

  name({ map, zoomIn, zoomOut, here }: Names): void {
    this.#map.getCanvas().setAttribute("aria-label", map);
    for (const [part, text] of [["in", zoomIn], ["out", zoomOut]] as const) {
      const button = this.#map.getContainer().querySelector(`.maplibregl-ctrl-zoom-${part}`);
      button?.setAttribute("aria-label", text);
      button?.setAttribute("title", text);
    }
    this.#here?.getElement().setAttribute("aria-label", here);
  }

  /** Bring the whole day into view. */
  fit(): void {
    const bounds = boundsOf(this.#look);
    if (bounds !== null) this.#map.fitBounds(bounds, { ...ROOM, animate: !STILL.matches, duration: 400 });
  }

  remove(): void {
    this.#map.remove();
  }

  #mark(): void {
    for (const marker of this.#markers) marker.remove();
    this.#markers = this.#look.stops.map((stop) => this.#marker(stop));
    this.#here?.remove();
    this.#here = null;
    if (this.#look.here === null) return;
    const dot = document.createElement("div");
    dot.className = "map-here";
    dot.setAttribute("role", "img");
    this.#here = new maplibregl.Marker({ element: dot }).setLngLat(lonLat(this.#look.here)).addTo(this.#map);
  }

  #marker(stop: Stop): maplibregl.Marker {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `map-stop map-stop-${stop.look}`;
    button.textContent = stop.look === "done" ? "✓" : String(stop.order);
    button.addEventListener("click", () => this.#onVisit(stop.visit));
    const marker = new maplibregl.Marker({ element: button }).setLngLat(lonLat(stop.at)).addTo(this.#map);
    // The library gives it a name of its own when it is added.
    button.setAttribute("aria-label", stop.name);
    return marker;
  }
}

function addArchive(source: MapSource): void {
  if (source.kind === "region" && source.url !== null) PROTOCOL.add(archive(source.url).tiles);
}

function styleOf({ theme, language, source, stops }: Look): maplibregl.StyleSpecification {
  const { sources, ground, names } = base(source, theme, language);
  const way: maplibregl.LayerSpecification = {
    id: WAY,
    type: "line",
    source: WAY,
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": theme === "dark" ? "#8ab8ff" : "#0b57d0", "line-width": 3, "line-dasharray": [1, 2] },
  };
  return { version: 8, sources: { ...sources, [WAY]: { type: "geojson", data: wayOf(stops) } }, layers: [...ground, way, ...names] };
}

/** As the crow flies, so it is dashed: the phone's navigation knows the roads. */
function wayOf(stops: readonly Stop[]): Feature<LineString> {
  const left = stops.filter((one) => one.look !== "done");
  return { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: left.map((one) => lonLat(one.at)) } };
}

function boundsOf({ stops, here }: Look): [number, number, number, number] | null {
  const points = [...stops.map((one) => one.at), ...(here === null ? [] : [here])];
  if (points.length === 0) return null;
  const lats = points.map(([lat]) => lat);
  const lons = points.map(([, lon]) => lon);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

function lonLat([lat, lon]: At): [number, number] {
  return [lon, lat];
}
