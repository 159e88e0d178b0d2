/** Several of a few: a row of boxes to tick. */

import type { ReactElement } from "react";

interface Props<Value extends string | number> {
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly chosen: readonly Value[];
  readonly onChange: (chosen: readonly Value[]) => void;
  readonly readOnly: boolean;
}

export function Checks<Value extends string | number>({ options, chosen, onChange, readOnly }: Props<Value>): ReactElement {
  return (
    <div className="office-checks">
      {options.map(({ value, label }) => (
        <label key={value} className="office-check">
          <input
            type="checkbox"
            disabled={readOnly}
            checked={chosen.includes(value)}
            onChange={(event) =>
              onChange(options.map((one) => one.value).filter((one) => (one === value ? event.target.checked : chosen.includes(one))))
            }
          />{" "}
          {label}
        </label>
      ))}
    </div>
  );
}
