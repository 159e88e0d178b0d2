/** What somebody's work costs: the numbers that plans are weighed by. */

import { type ReactElement, useId } from "react";
import { NumberInput, Wrong } from "../kit/fields";
import type { OwnField } from "../kit/resource";

const PARTS = ["per_shift", "per_travel_hour", "per_km", "per_duty_hour", "per_overtime_hour"] as const;

export function CostsField({ values, change, complaints, readOnly, words }: OwnField): ReactElement {
  const id = useId();
  const costs = (values.costs as Record<string, number> | null) ?? {};
  return (
    <div className="office-grid">
      {PARTS.map((part) => (
        <div key={part}>
          <label htmlFor={`${id}-${part}`} className="office-sub">{words.say(`costs.${part}`)}</label>
          <NumberInput id={`${id}-${part}`} readOnly={readOnly} value={costs[part] ?? 0} onChange={(next) => change({ costs: { ...costs, [part]: next } })} />
          <Wrong complaints={complaints.filter(({ within }) => within[0] === part)} />
        </div>
      ))}
    </div>
  );
}
