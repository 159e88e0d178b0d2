/** What needs a number or a name before it can be done: splitting a visit, assigning a crew. */

import { type ReactElement, useState } from "react";
import { useBoardPart, type Visit } from "../../live";
import { Button, Check, Dialog, Field, NumberField } from "../../pieces";
import { folded } from "../../select";
import { crew, split, type Speaking } from "./actions";

export type Wanted = { readonly what: "split" | "crew"; readonly visit: Visit };

interface Props {
  readonly wanted: Wanted | null;
  readonly speaking: Speaking;
  readonly onClose: () => void;
}

export function Dialogs({ wanted, speaking, onClose }: Props): ReactElement | null {
  if (wanted === null) return null;
  const props = { visit: wanted.visit, speaking, onClose };
  return wanted.what === "split" ? <Split {...props} /> : <Crew {...props} />;
}

interface OneProps {
  readonly visit: Visit;
  readonly speaking: Speaking;
  readonly onClose: () => void;
}

const LEAST = 5;

function Split({ visit, speaking, onClose }: OneProps): ReactElement {
  const { words } = speaking;
  const whole = Math.round(visit.duration / 60);
  const [first, setFirst] = useState(Math.round(whole / 2));
  const [busy, setBusy] = useState(false);
  const rest = whole - first;
  const wrong = !(first >= LEAST && rest >= LEAST);
  const go = async (): Promise<void> => {
    setBusy(true);
    const done = await split(visit, [first, rest], speaking);
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Dialog
      isOpen
      size="small"
      title={words.say("split.title", { what: `${visit.number} ${visit.title}` })}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{words.say("cancel")}</Button>
          <Button kind="main" isDisabled={wrong} waiting={busy} onPress={() => void go()}>
            {words.say("split.go")}
          </Button>
        </>
      }
    >
      <NumberField
        label={words.say("split.first")}
        value={first}
        onChange={setFirst}
        step={5}
        unit="min"
        hint={words.say("split.rest", { minutes: Math.max(rest, 0) })}
        error={wrong ? words.say("split.wrong") : null}
      />
    </Dialog>
  );
}

const MOST_OFFERED = 40;

function Crew({ visit, speaking, onClose }: OneProps): ReactElement {
  const { words } = speaking;
  const technicians = useBoardPart((board) => board?.technicians ?? []);
  const [chosen, setChosen] = useState<readonly string[]>(visit.planned.map((one) => one.technician));
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const sought = folded(text);
  const offered = technicians.filter((one) => chosen.includes(one.id) || folded(one.name).includes(sought)).slice(0, MOST_OFFERED);
  const go = async (): Promise<void> => {
    setBusy(true);
    const done = await crew(visit, chosen, speaking);
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Dialog
      isOpen
      size="small"
      title={words.say("crew.title", { what: `${visit.number} ${visit.title}` })}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{words.say("cancel")}</Button>
          <Button kind="main" isDisabled={chosen.length === 0} waiting={busy} onPress={() => void go()}>
            {words.say("crew.go", { count: chosen.length })}
          </Button>
        </>
      }
    >
      <p className="timeline-dialog-note">{words.say("crew.role", { count: visit.people })}</p>
      <Field label={words.say("crew.find")} value={text} onChange={setText} autoFocus />
      <div className="timeline-crew">
        {offered.map((one) => (
          <Check
            key={one.id}
            isSelected={chosen.includes(one.id)}
            onChange={(yes) => setChosen((before) => (yes ? [...before, one.id] : before.filter((id) => id !== one.id)))}
          >
            {one.name}
          </Check>
        ))}
      </div>
    </Dialog>
  );
}
