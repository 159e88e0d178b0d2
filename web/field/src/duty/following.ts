/** Where the phone is, while its technician is on duty and at no other time. */

import { useEffect, useState } from "react";
import { onDuty } from "../day/day";
import { operationTime } from "../day/time";
import { database, writing } from "../store/database";
import { recall } from "../store/meta";
import { isFull } from "../store/room";
import { useDay } from "../sync";
import { metresBetween, type Here } from "./geofence";

export interface Following {
  readonly here: Here | null;
  /** `off`: not on duty. `denied`: the phone does not say where it is. */
  readonly state: "off" | "on" | "denied";
}

/** A fix is kept when so much time has passed since the last one, or the way from it is so long. */
const EVERY_MS = 15_000;
const EVERY_METRES = 60;
/** What is not sent for hours is of no use to anybody: half a day of fixes at most is kept. */
const MOST = 2000;

/** Metres: less sure than that a fix says nothing, and the server takes none. */
const USELESS = 10_000;
/** Metres a second: more is a mistake of the receiver. */
const FASTEST = 150;

const OFF: Following = { here: null, state: "off" };

export function useFollowing(signedIn: boolean): Following {
  const on = onDuty(useDay()) && signedIn;
  const [following, setFollowing] = useState<Following>(OFF);
  useEffect(() => {
    if (!on || navigator.geolocation === undefined) return undefined;
    let last: (Here & { readonly at: number }) | null = null;
    const watch = navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => {
        const here = { lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy };
        setFollowing({ here, state: "on" });
        if (coords.accuracy > USELESS) return;
        if (last !== null && timestamp - last.at < EVERY_MS && metresBetween(last, here) < EVERY_METRES) return;
        last = { ...here, at: timestamp };
        void keepFix(coords, timestamp);
      },
      () => setFollowing({ here: null, state: "denied" }),
      { enableHighAccuracy: true, maximumAge: 10_000 },
    );
    return () => {
      navigator.geolocation.clearWatch(watch);
      setFollowing(OFF);
    };
  }, [on]);
  return following;
}

async function keepFix({ latitude, longitude, heading, speed, accuracy }: GeolocationCoordinates, at: number): Promise<void> {
  const clock = await recall("clock");
  try {
    if ((await (await database()).count("fixes")) >= MOST) return;
    await writing(["fixes"], async (transaction) => {
      await transaction.objectStore("fixes").add({
        at: operationTime(clock, at).toISOString(),
        lat: latitude,
        lon: longitude,
        heading: heading === null || Number.isNaN(heading) ? null : heading,
        speed: speed === null || speed > FASTEST ? null : speed,
        accuracy,
      });
    });
  } catch (error) {
    // Where there is no room, taps come first.
    if (!isFull(error)) throw error;
  }
}
