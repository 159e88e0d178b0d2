/** Names with numbers, such as what a van carries: {"valve": 3}. */

import { type ReactElement, useRef, useState } from "react";
import { NumberInput, Wrong } from "./fields";
import type { OwnField } from "./resource";

export function Quantities({ values, change, complaints, readOnly, words, member, suggest = [], id, whole = false }: OwnField & {
  readonly member: string;
  readonly suggest?: readonly string[];
  readonly whole?: boolean;
}): ReactElement {
  const all = (values[member] as Record<string, number> | null) ?? {};
  const [fresh, setFresh] = useState("");
  const input = useRef<HTMLInputElement>(null);
  function add(): void {
    const name = fresh.trim();
    if (name === "" || name in all) return;
    change({ [member]: { ...all, [name]: 1 } });
    setFresh("");
    input.current?.focus();
  }
  return (
    <div className="office-rows">
      {Object.entries(all).map(([name, value]) => (
        <div key={name} className="office-row">
          <span className="office-row-name">{name}</span>
          <NumberInput aria-label={words.say("quantities.of", { name })} readOnly={readOnly} whole={whole} value={value} onChange={(next) => change({ [member]: { ...all, [name]: next } })} />
          {!readOnly && (
            <button type="button" className="office-icon" aria-label={words.say("quantities.remove", { name })} onClick={() => change({ [member]: Object.fromEntries(Object.entries(all).filter(([one]) => one !== name)) })}>×</button>
          )}
          <Wrong complaints={complaints.filter(({ within }) => within[0] === name)} />
        </div>
      ))}
      {!readOnly && (
        <span className="office-row">
          <input
            ref={input}
            className="office-input"
            aria-label={words.say("quantities.name")}
            placeholder={words.say("quantities.name")}
            maxLength={80}
            list={suggest.length > 0 ? `${id}-names` : undefined}
            value={fresh}
            autoComplete="off"
            onChange={(event) => setFresh(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              add();
            }}
          />
          {suggest.length > 0 && <datalist id={`${id}-names`}>{suggest.map((one) => <option key={one} value={one} />)}</datalist>}
          <button type="button" className="office-button" disabled={fresh.trim() === "" || fresh.trim() in all} onClick={add}>+ {words.say("quantities.add")}</button>
        </span>
      )}
      {readOnly && Object.keys(all).length === 0 && <p className="office-quiet">–</p>}
    </div>
  );
}
