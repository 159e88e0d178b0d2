/** Whether news come while the app is closed. */

import { type ReactElement, useEffect, useState } from "react";
import { Refused } from "@fieldwright/shared/api";
import { sleep, wake, type Waking, waking } from "../../access/push";
import { useKept } from "../../sync";
import type { FieldWords } from "../../texts";

export function Waken({ words }: { readonly words: FieldWords }): ReactElement {
  const [state, setState] = useState<Waking | null>(null);
  const [wrong, setWrong] = useState("");
  const told = useKept()?.meta.push?.told;
  useEffect(() => void waking().then(setState), [told]);

  async function change(how: () => Promise<Waking>): Promise<void> {
    setWrong("");
    try {
      setState(await how());
    } catch (error) {
      setWrong(error instanceof Refused ? error.message : words.say("sign-in.unreachable"));
    }
  }

  return (
    <>
      <h3>{words.say("me.push")}</h3>
      {state === "off" && (
        <button type="button" className="second" onClick={() => void change(wake)}>
          {words.say("me.push.on")}
        </button>
      )}
      {state === "on" && (
        <button type="button" className="second" onClick={() => void change(sleep)}>
          {words.say("me.push.off")}
        </button>
      )}
      {(state === "denied" || state === "not-here") && <p className="muted">{words.say(`me.push.${state}`)}</p>}
      <p className="complaint" role="alert">
        {wrong}
      </p>
    </>
  );
}
