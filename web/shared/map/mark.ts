/** The mark of a place that somebody means and has not confirmed yet; it can be dragged. */

import * as maplibregl from "maplibre-gl";
import type { Point } from "./day";

export class Mark {
  readonly #map: maplibregl.Map;
  readonly #marker: maplibregl.Marker;
  #shown = false;

  constructor(map: maplibregl.Map, onDragged: (at: Point) => void) {
    const element = document.createElement("div");
    element.className = "place-mark";
    element.setAttribute("role", "img");
    this.#map = map;
    this.#marker = new maplibregl.Marker({ element, anchor: "bottom", draggable: true });
    this.#marker.on("dragend", () => onDragged(pointed(this.#marker.getLngLat())));
  }

  name(name: string): void {
    this.#marker.getElement().setAttribute("aria-label", name);
  }

  /** Show it at a place, or nowhere. */
  show(at: Point | null): void {
    if (at === null) {
      if (this.#shown) this.#marker.remove();
    } else {
      const [lat, lon] = at;
      this.#marker.setLngLat([lon, lat]);
      if (!this.#shown) {
        // It is given a name of the library's own when it is added.
        const name = this.#marker.getElement().getAttribute("aria-label");
        this.#marker.addTo(this.#map);
        if (name !== null) this.name(name);
      }
    }
    this.#shown = at !== null;
  }
}

/** Where on the earth; a map that was turned around it counts on. */
export function pointed(at: maplibregl.LngLat): Point {
  const { lat, lng } = at.wrap();
  return [lat, lng];
}
