/** All about one visit: everything that helps to do it, then the work itself, then what happened when. */

import { type ReactElement, type RefObject, useEffect, useRef } from "react";
import type { NoticeDocument, VisitDocument } from "../../day/documents";
import { isFinal } from "../../day/lifecycle";
import type { Here } from "../../duty/geofence";
import { Icon } from "../../pieces/icon";
import { act, type Kept, useDay, useVisit } from "../../sync";
import type { FieldWords } from "../../texts";
import { SLOTS } from "../../work/slots";
import { Refusals } from "../today/refusals";
import { About } from "./about";
import { Gone } from "./gone";
import { Happened } from "./happened";
import { NextStep } from "./next-step";

interface Props {
  readonly words: FieldWords;
  readonly kept: Kept;
  /** The visit's own id. */
  readonly visit: string;
  readonly here: Here | null;
  readonly onBack: () => void;
}

/** Who reads a visit's page has seen what is new about it; a glance is none. */
const READ_MS = 2500;

export function VisitPage({ words, kept, visit: id, here, onBack }: Props): ReactElement {
  const visit = useVisit(id);
  const { notices } = useDay();
  useSeen(notices.filter((one) => one.visit === id));
  const page = useRef<HTMLElement>(null);
  useTopAfterStep(page, visit?.status);
  const back = (
    <button type="button" className="back" onClick={onBack}>
      <Icon name="back" />
      {words.say("back")}
    </button>
  );
  if (visit === null || visit.status === "open") {
    return (
      <main className="screen" id="content" tabIndex={-1}>
        {back}
        <Gone words={words} kept={kept} visit={id} declined={visit !== null} notices={notices} />
        <Refusals words={words} kept={kept} visit={id} />
      </main>
    );
  }
  return (
    <main className="screen" id="content" tabIndex={-1} ref={page}>
      {back}
      <Refusals words={words} kept={kept} visit={id} />
      <About words={words} visit={visit} notices={notices} first={isUnderWay(visit) ? <Work words={words} visit={visit} /> : null} />
      {isFinal(visit.status) && <Work words={words} visit={visit} />}
      {SLOTS.Messages !== undefined && <SLOTS.Messages words={words} visit={visit} />}
      <Happened words={words} visit={visit} />
      <NextStep words={words} visit={visit} here={here} />
    </main>
  );
}

function isUnderWay({ status }: VisitDocument): boolean {
  return status === "on_site" || status === "working" || status === "paused";
}

function Work({ words, visit }: { readonly words: FieldWords; readonly visit: VisitDocument }): ReactElement | null {
  return SLOTS.VisitWork === undefined ? null : <SLOTS.VisitWork words={words} visit={visit} />;
}

/** After a step the page is another one, with what is wanted now on top. */
function useTopAfterStep(page: RefObject<HTMLElement | null>, status: string | undefined): void {
  const before = useRef(status);
  useEffect(() => {
    if (before.current !== undefined && before.current !== status) page.current?.scrollTo(0, 0);
    before.current = status;
  }, [page, status]);
}

function useSeen(notices: readonly NoticeDocument[]): void {
  const unseen = notices.filter((one) => !one.seen).map((one) => one.notice);
  const which = unseen.join(" ");
  useEffect(() => {
    if (which === "") return undefined;
    // What cannot be kept now is marked a little longer; that harms nobody.
    const due = setTimeout(() => void act("seen", null, { notices: which.split(" ") }).catch(console.error), READ_MS);
    return () => clearTimeout(due);
  }, [which]);
}
