/** An approval that was refused: what happened meanwhile, that nothing is lost, and the next step. */

import type { ReactElement, ReactNode } from "react";
import { Button, Problem } from "../pieces";
import { useWords, type Words } from "../words";
import type { Happened, Refusal } from "./refusal";
import { type Key, TEXTS } from "./texts";

interface Props {
  readonly refusal: Refusal | null;
  /** Approve again, on the plan of this edition; null: another proposal is looked at by now. */
  readonly onAgain: ((edition: number) => void) | null;
  /** Read the proposal as it is now. */
  readonly onRead: () => void;
  readonly onDismiss: () => void;
  readonly onRun: () => void;
  readonly waiting: boolean;
  /** What is kept of what somebody has chosen, as a sentence. */
  readonly kept?: string | undefined;
}

export function Refused({ refusal, onAgain, onRead, onDismiss, onRun, waiting, kept }: Props): ReactElement | null {
  const words = useWords(TEXTS);
  if (refusal === null) return null;
  const later = (
    <Button size="small" kind="quiet" onPress={onDismiss}>
      {words.say("proposals.dismiss")}
    </Button>
  );
  switch (refusal.kind) {
    case "overtaken": {
      const { edition, expected, changes, changed } = refusal;
      return (
        <Told title={words.say("proposals.overtaken")} about={words.say("proposals.overtaken.about", { expected, edition })} kept={kept}>
          <Since changed={changed} changes={changes} />
          {onAgain !== null && <p>{words.say("proposals.overtaken.next", { edition })}</p>}
          <div className="proposals-buttons">
            {onAgain !== null && (
              <Button size="small" kind="main" waiting={waiting} onPress={() => onAgain(edition)}>
                {words.say("proposals.overtaken.go", { edition })}
              </Button>
            )}
            {later}
          </div>
        </Told>
      );
    }
    case "edited": {
      const [last] = Object.values(refusal.changed).sort((one, other) => other.at.localeCompare(one.at));
      const about = last === undefined ? words.say("proposals.edited.about.unknown") : words.say("proposals.edited.about", { by: last.by, time: words.time(last.at) });
      return (
        <Told title={words.say("proposals.edited")} about={about} kept={kept}>
          <div className="proposals-buttons">
            <Button size="small" kind="main" onPress={onRead}>
              {words.say("proposals.edited.go")}
            </Button>
            {later}
          </div>
        </Told>
      );
    }
    case "decided": {
      const { by, status, replacedBy } = refusal;
      const state = statusName({ status, replaced_by: replacedBy }, words);
      const about = by === null ? state : words.say("proposals.decided.about", { by: by.by, time: words.time(by.at), status: state });
      return (
        <Told title={words.say("proposals.decided")} about={about}>
          <div className="proposals-buttons">
            <Button size="small" kind="main" onPress={onRead}>
              {words.say("proposals.edited.go")}
            </Button>
          </div>
        </Told>
      );
    }
    case "nothing-left":
      return (
        <Told title={words.say("proposals.nothing-left")} about={words.say("proposals.nothing-left.about")}>
          <Since changed={refusal.changed} changes={refusal.changes} />
          <div className="proposals-buttons">
            <Button size="small" kind="main" onPress={onRun}>
              {words.say("proposals.run.new")}
            </Button>
            {later}
          </div>
        </Told>
      );
    case "other":
      return <Problem error={refusal.error} />;
  }
}

/** What has become of a plan. A draft for which the program made a newer one was rejected by nobody. */
export function statusName({ status, replaced_by }: { readonly status: string; readonly replaced_by?: string | null }, words: Pick<Words<Key>, "say">): string {
  if (status === "rejected" && replaced_by != null) return words.say("proposals.status.replaced");
  const key = `proposals.status.${status}`;
  return key in TEXTS ? words.say(key as Key) : status;
}

function Told({ title, about, kept, children }: { readonly title: string; readonly about: string; readonly kept?: string | undefined; readonly children: ReactNode }): ReactElement {
  return (
    <section className="proposals-refused" role="alert">
      <h2>{title}</h2>
      <p>{about}</p>
      {kept !== undefined && <p className="proposals-kept">{kept}</p>}
      {children}
    </section>
  );
}

/** So many changes are told one by one. */
const TOLD = 6;

function Since({ changed, changes }: { readonly changed: readonly Happened[]; readonly changes: number }): ReactElement | null {
  const words = useWords(TEXTS);
  if (changed.length === 0) return null;
  const told = changed.slice(0, TOLD);
  return (
    <div>
      <h3>{words.say("proposals.since")}</h3>
      <ul className="proposals-since">
        {told.map((one, index) => (
          <li key={index}>{words.say("proposals.since.line", { time: words.time(one.at), by: one.by, what: happened(one, words) })}</li>
        ))}
        {changes > told.length && <li>{words.say("proposals.since.more", { n: changes - told.length })}</li>}
      </ul>
    </div>
  );
}

function happened({ event, number, action, edition }: Happened, words: Words<Key>): string {
  const key = `proposals.happened.${event}`;
  const named = key in TEXTS && (number !== undefined || edition !== undefined || !TEXTS[key as Key].en.includes("{number}"));
  return words.say(named ? (key as Key) : "proposals.happened.other", { number: number ?? "", action: action ?? "", edition: edition ?? "" });
}
