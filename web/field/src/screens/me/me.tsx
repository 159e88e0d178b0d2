/** The technician's own: shift and breaks, being available, time sheet, settings, this phone. */

import type { ReactElement } from "react";
import type { Following } from "../../duty/following";
import { type Tongue } from "../../pieces/language";
import { openTimeSheet } from "../../place";
import { type Kept, useDay } from "../../sync";
import type { FieldWords } from "../../texts";
import { SLOTS } from "../../work/slots";
import { Call } from "../visit/contact";
import { Availability } from "./availability";
import { Settings } from "./settings";
import { Shift } from "./shift";
import { ThisPhone } from "./this-phone";

interface Props {
  readonly words: FieldWords;
  readonly tongue: Tongue;
  readonly kept: Kept;
  readonly following: Following;
}

export function Me({ words, tongue, kept, following }: Props): ReactElement {
  const day = useDay();
  return (
    <main className="screen" id="content" tabIndex={-1}>
      <header className="day">
        <h1>{kept.meta.device?.name ?? words.say("me.title")}</h1>
        <p className="muted">{day.me?.territory?.name}</p>
      </header>
      <Shift words={words} day={day} following={following} />
      <Availability words={words} me={day.me} />
      <section className="part stack">
        {SLOTS.TimeSheet !== undefined && (
          <button type="button" className="second" onClick={openTimeSheet}>
            {words.say("me.time-sheet")}
          </button>
        )}
        {day.me?.dispatch_phone != null && day.me.dispatch_phone !== "" && (
          <Call words={words} name={words.say("dispatcher")} phone={day.me.dispatch_phone} />
        )}
      </section>
      <Settings words={words} tongue={tongue} />
      <ThisPhone words={words} kept={kept} />
    </main>
  );
}
