/** The map of an emergency: the place, and who could come with when they would be there. Knows no framework. */

import * as maplibregl from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { Protocol } from "pmtiles";
import { baseStyle, type MapSource } from "@fieldwright/shared/map/base";
import type { Language } from "@fieldwright/shared/texts";
import type { Theme } from "@fieldwright/shared/theme";

maplibregl.setWorkerUrl(workerUrl);
maplibregl.addProtocol("pmtiles", new Protocol().tile);

export interface Person {
  readonly id: string;
  readonly label: string;
  /** For who hears it. */
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
  readonly chosen: boolean;
  readonly pointed: boolean;
}

export interface Seen {
  readonly place: { readonly lat: number; readonly lon: number } | null;
  readonly placeName: string;
  readonly people: readonly Person[];
}

const ROOM = { padding: 56, maxZoom: 14, animate: false };
/** So many are shown with a mark: who arrives later than they do is in the list. */
const MOST = 12;

export class WhereMap {
  readonly #map: maplibregl.Map;
  readonly #marks = new Map<string, maplibregl.Marker>();
  #place: maplibregl.Marker | null = null;
  #framed = "";

  constructor(
    container: HTMLElement,
    source: MapSource,
    theme: Theme,
    language: Language,
    private readonly onChoose: (id: string) => void,
  ) {
    const bounds = source.bounds as [number, number, number, number] | null | undefined;
    this.#map = new maplibregl.Map({
      container,
      style: baseStyle(source, theme, language),
      attributionControl: { compact: false },
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
      ...(bounds == null ? { center: [0, 20] as [number, number], zoom: 1.4 } : { bounds }),
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.on("idle", () => (container.dataset.drawn = "yes"));
  }

  show({ place, placeName, people }: Seen): void {
    this.#place?.remove();
    this.#place = place === null ? null : new maplibregl.Marker({ element: sign("urgent-mark place", "!", placeName), anchor: "center" }).setLngLat([place.lon, place.lat]).addTo(this.#map);
    this.#place?.getElement().setAttribute("aria-label", placeName);
    const shown = people.slice(0, MOST);
    for (const [id, mark] of this.#marks) {
      if (shown.some((one) => one.id === id)) continue;
      mark.remove();
      this.#marks.delete(id);
    }
    for (const one of shown) this.#person(one);
    this.#frame(place, shown);
  }

  remove(): void {
    this.#map.remove();
  }

  #person({ id, label, name, lat, lon, chosen, pointed }: Person): void {
    let mark = this.#marks.get(id);
    if (mark === undefined) {
      const element = document.createElement("button");
      element.type = "button";
      // The list beside says the same and is reached by keyboard; marks may lie on top of each other.
      element.tabIndex = -1;
      element.setAttribute("aria-hidden", "true");
      element.addEventListener("click", () => this.onChoose(id));
      mark = new maplibregl.Marker({ element, anchor: "bottom" }).setLngLat([lon, lat]).addTo(this.#map);
      this.#marks.set(id, mark);
    }
    const element = mark.setLngLat([lon, lat]).getElement();
    element.textContent = label;
    element.title = name;
    element.classList.add("urgent-mark");
    element.classList.toggle("chosen", chosen);
    element.classList.toggle("pointed", pointed);
  }

  /** Only other places move the map, not the time that goes on. */
  #frame(place: Seen["place"], people: readonly Person[]): void {
    const framed = JSON.stringify([place, people.map((one) => one.id).sort()]);
    if (framed === this.#framed || place === null) return;
    this.#framed = framed;
    const bounds = new maplibregl.LngLatBounds([place.lon, place.lat], [place.lon, place.lat]);
    for (const { lon, lat } of people.slice(0, 6)) bounds.extend([lon, lat]);
    this.#map.fitBounds(bounds, ROOM);
  }
}

function sign(name: string, text: string, label: string): HTMLElement {
  const element = document.createElement("div");
  element.className = name;
  element.textContent = text;
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", label);
  return element;
}
