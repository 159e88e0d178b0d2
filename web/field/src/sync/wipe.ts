/** Deleting everything that this phone knows, when the server says that it was lost. The app itself stays. */

import { deleteDB } from "idb";
import { closeDatabase, NAME } from "../store/database";
import { remember } from "../store/meta";
import { tell } from "./news";

/** Caches of ours that hold the app and nothing of a day begin so. */
export const SHELL = "fieldwright.shell.";

export async function wipe(): Promise<void> {
  tell("wiped");
  await closeDatabase();
  await deleteDB(NAME);
  if (typeof caches !== "undefined") {
    const names = await caches.keys();
    await Promise.all(names.filter((one) => !one.startsWith(SHELL)).map((one) => caches.delete(one)));
  }
  await remember("wiped", { at: new Date().toISOString() });
  tell("changed");
}
