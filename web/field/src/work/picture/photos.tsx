/** The photos of a visit that answer no question: before, after, what was damaged. */

import { type ReactElement, useId, useState } from "react";
import type { VisitDocument } from "../../day/documents";
import { LONGEST } from "../../sync/limits";
import type { FieldWords } from "../../texts";
import { TakePhoto } from "./take";
import { Thumbnail } from "./thumbnail";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
  /** More may be taken. */
  readonly open: boolean;
  readonly onTaken: (photo: Blob, caption: string) => Promise<unknown>;
}

const CAPTIONS = ["photos.before", "photos.after", "photos.damage", "photos.label"] as const;

export function Photos({ words, visit, open, onTaken }: Props): ReactElement | null {
  const [chosen, setChosen] = useState<(typeof CAPTIONS)[number] | null>("photos.before");
  const [typed, setTyped] = useState("");
  const field = useId();
  const caption = chosen === null ? typed.trim() : words.say(chosen);
  const loose = visit.media.filter((one) => one.field === null && one.purpose === "photo");
  if (!open && loose.length === 0) return null;
  return (
    <section className="part stack" aria-labelledby="photos-title">
      <h2 id="photos-title">{words.say("photos.title")}</h2>
      <ul className="thumbnails">
        {loose.map((one) => (
          <li key={one.sha256}>
            <Thumbnail words={words} sha256={one.sha256} name={one.caption ?? words.say("photos.title")} />
            <p>{one.caption}</p>
          </li>
        ))}
      </ul>
      {open && (
        <>
          <div className="choices pairs" role="group" aria-label={words.say("photos.caption")}>
            {CAPTIONS.map((key) => (
              <button key={key} type="button" className="choice" aria-pressed={chosen === key} onClick={() => setChosen(key)}>
                {words.say(key)}
              </button>
            ))}
            <button type="button" className="choice" aria-pressed={chosen === null} onClick={() => setChosen(null)}>
              {words.say("photos.other")}
            </button>
          </div>
          {chosen === null && (
            <label className="field" htmlFor={field}>
              {words.say("photos.words")}
              <input id={field} maxLength={LONGEST.attach.caption} autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />
            </label>
          )}
          <TakePhoto words={words} onTaken={(photo) => onTaken(photo, caption)} />
        </>
      )}
    </section>
  );
}
