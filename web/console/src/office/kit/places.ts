/** Where a complaint of the server belongs: `body.skills.0.level` and `breaks[0].earliest` name a field and a way in it. */

export interface Complaint {
  readonly place: string;
  readonly problem: string;
  readonly remedy: string;
  readonly value?: unknown;
}

export interface Placed extends Complaint {
  /** The steps within the field: `["0", "level"]`. */
  readonly within: readonly string[];
}

/** The steps of a place, without the part of the request that it stands in. */
export function steps(place: string): readonly string[] {
  const all = place
    .replace(/\[(\w+)\]/g, ".$1")
    .split(".")
    .filter((step) => step !== "");
  return all[0] === "body" || all[0] === "query" ? all.slice(1) : all;
}

/** The complaints by the field that they are about; what is about none of these fields comes under "". */
export function byField(complaints: readonly Complaint[], names: readonly string[]): ReadonlyMap<string, readonly Placed[]> {
  const found = new Map<string, Placed[]>();
  for (const one of complaints) {
    const [first = "", ...within] = steps(one.place);
    const name = names.includes(first) ? first : "";
    found.set(name, [...(found.get(name) ?? []), { ...one, within: name === "" ? steps(one.place) : within }]);
  }
  return found;
}

/** The complaints that a problem document lists. */
export function complaintsOf(problem: Readonly<Record<string, unknown>>): readonly Complaint[] {
  const { errors } = problem;
  if (!Array.isArray(errors)) return [];
  return errors.map((one: Record<string, unknown>) => ({
    place: String(one.place ?? ""),
    problem: String(one.problem ?? ""),
    remedy: String(one.remedy ?? ""),
    value: one.value,
  }));
}
