/** What is done on the spot, in a visit's page: checklist, photos, parts, report, and a call to somebody who knows more. */

import { type ReactElement, useState } from "react";
import type { VisitDocument } from "../day/documents";
import { isFinal } from "../day/lifecycle";
import { attachPhoto } from "../sync";
import type { FieldWords } from "../texts";
import { ChecklistForm } from "./checklist/form";
import { ExpertSheet } from "./expert/sheet";
import { Parts } from "./parts/used";
import { Photos } from "./picture/photos";
import { SentReport } from "./finish/sent-report";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
}

/** Statuses in which somebody is there. */
const THERE: ReadonlySet<string> = new Set(["on_site", "working", "paused"]);

export function VisitWork({ words, visit }: Props): ReactElement | null {
  const [calling, setCalling] = useState(false);
  const there = THERE.has(visit.status);
  const over = isFinal(visit.status);
  if (!there && !over) return null;
  return (
    <>
      <ChecklistForm words={words} visit={visit} />
      <Photos words={words} visit={visit} open={there} onTaken={(photo, caption) => attachPhoto(visit.visit, photo, "photo", { caption })} />
      <Parts words={words} visit={visit} open={there} />
      {over && <SentReport words={words} visit={visit} />}
      {there && (
        <button type="button" className="second" onClick={() => setCalling(true)}>
          {words.say("expert.go")}
        </button>
      )}
      {calling && <ExpertSheet words={words} visit={visit} onClose={() => setCalling(false)} />}
    </>
  );
}
