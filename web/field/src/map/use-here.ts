/** Where this phone is, while the map is looked at; null where it does not say. Nothing of it leaves the phone here. */

import { useEffect, useState } from "react";
import type { At } from "./compass";

export function useHere(): At | null {
  const [here, setHere] = useState<At | null>(null);
  useEffect(() => {
    if (!("geolocation" in navigator)) return;
    const watch = navigator.geolocation.watchPosition(
      ({ coords }) => setHere([coords.latitude, coords.longitude]),
      () => setHere(null),
      { enableHighAccuracy: false, maximumAge: 30_000, timeout: 20_000 },
    );
    return () => navigator.geolocation.clearWatch(watch);
  }, []);
  return here;
}
