/** Handing over to what shows the way: the phone's own choice by a geo: address, or one that is chosen here. */

import type { VisitDocument } from "./day/documents";

export const GUIDES = ["phone", "google", "apple", "openstreetmap"] as const;
export type Guide = (typeof GUIDES)[number];

export const NAMES: Readonly<Record<Exclude<Guide, "phone">, string>> = {
  google: "Google Maps",
  apple: "Apple Maps",
  openstreetmap: "OpenStreetMap",
};

const KEPT = "fieldwright.navigation";

/** What was chosen on this phone; null: ask. */
export function chosenGuide(): Guide | null {
  return GUIDES.find((one) => one === localStorage.getItem(KEPT)) ?? null;
}

export function chooseGuide(guide: Guide | null): void {
  if (guide === null) localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, guide);
}

/** The address that opens it at the place of a visit; by its coordinates, else by its address. */
export function wayTo({ lat, lon, address, name }: VisitDocument["site"], guide: Guide): string {
  const known = lat !== null && lon !== null;
  const point = known ? `${lat},${lon}` : address;
  const said = encodeURIComponent(point);
  switch (guide) {
    case "phone": {
      const label = encodeURIComponent(`${point}${known ? `(${(name ?? "") === "" ? address : name})` : ""}`);
      return `geo:${known ? point : "0,0"}?q=${label}`;
    }
    case "google":
      return `https://www.google.com/maps/dir/?api=1&travelmode=driving&destination=${said}`;
    case "apple":
      return `https://maps.apple.com/?dirflg=d&daddr=${said}`;
    case "openstreetmap":
      return known
        ? `https://www.openstreetmap.org/directions?engine=fossgis_osrm_car&route=;${said}`
        : `https://www.openstreetmap.org/search?query=${said}`;
  }
}

/** Leave for it; the app stays where it is. */
export function leadTo(site: VisitDocument["site"], guide: Guide): void {
  const address = wayTo(site, guide);
  if (guide === "phone") location.href = address;
  else open(address, "_blank", "noopener,noreferrer");
}
