/** Somebody signs: with a finger, or with their name in letters where drawing is not possible. */

import { type PointerEvent, type ReactElement, useEffect, useId, useRef, useState } from "react";
import { Sheet } from "../../pieces/sheet";
import { useTapping } from "../../pieces/tapping";
import { LONGEST } from "../../sync/limits";
import type { FieldWords } from "../../texts";
import { draw, lengthOf, pictureOf, pictureOfName, type Point, SHAPE, type Stroke } from "./strokes";

interface Props {
  readonly words: FieldWords;
  readonly title: string;
  /** Who is expected to sign; may be changed. */
  readonly name: string;
  readonly onSigned: (picture: Blob, name: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Less than this, in widths of the pad, is a slip of the finger. */
const LEAST = 0.08;

export function SignatureSheet({ words, title, name: expected, onSigned, onClose }: Props): ReactElement {
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const [name, setName] = useState(expected);
  const [inLetters, setInLetters] = useState(false);
  const { going, failed, tap } = useTapping(words);
  const field = useId();
  const signed = name.trim() !== "" && (inLetters || lengthOf(strokes) >= LEAST);

  async function keep(): Promise<void> {
    const who = name.trim();
    const done = await tap(async () => onSigned(inLetters ? await pictureOfName(who) : await pictureOf(strokes), who));
    if (done) onClose();
  }

  return (
    <Sheet words={words} title={title} onClose={onClose}>
      <label className="field" htmlFor={field}>
        {words.say("sign.name")}
        <input id={field} value={name} maxLength={LONGEST.sign.name} autoComplete="off" onChange={(event) => setName(event.target.value)} />
      </label>
      {inLetters ? (
        <p className="signature-in-letters">{name.trim() === "" ? words.say("sign.name-first") : name.trim()}</p>
      ) : (
        <Pad words={words} strokes={strokes} onStrokes={setStrokes} />
      )}
      <div className="row">
        {!inLetters && (
          <>
            <button type="button" className="quiet" disabled={strokes.length === 0} onClick={() => setStrokes(strokes.slice(0, -1))}>
              {words.say("sign.undo")}
            </button>
            <button type="button" className="quiet" disabled={strokes.length === 0} onClick={() => setStrokes([])}>
              {words.say("sign.clear")}
            </button>
          </>
        )}
        <button type="button" className="quiet" aria-pressed={inLetters} onClick={() => setInLetters(!inLetters)}>
          {words.say(inLetters ? "sign.draw" : "sign.letters")}
        </button>
      </div>
      <p className="complaint" role="alert">
        {failed}
      </p>
      <button type="button" className="main" disabled={!signed || going} onClick={() => void keep()}>
        {words.say("sign.done")}
      </button>
    </Sheet>
  );
}

interface PadProps {
  readonly words: FieldWords;
  readonly strokes: readonly Stroke[];
  readonly onStrokes: (strokes: readonly Stroke[]) => void;
}

function Pad({ words, strokes, onStrokes }: PadProps): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawing = useRef<Point[] | null>(null);

  function paint(all: readonly Stroke[]): void {
    const here = canvas.current;
    const surface = here?.getContext("2d");
    if (!here || !surface) return;
    const width = Math.round(here.clientWidth * devicePixelRatio);
    if (here.width !== width) {
      here.width = width;
      here.height = Math.round(width / SHAPE);
    }
    surface.clearRect(0, 0, here.width, here.height);
    draw(surface, all, here.width, getComputedStyle(here).color);
  }

  useEffect(() => {
    paint(strokes);
    const again = (): void => paint(strokes);
    addEventListener("resize", again);
    return () => removeEventListener("resize", again);
  });

  function pointOf(event: PointerEvent<HTMLCanvasElement>): Point {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.width };
  }

  function begin(event: PointerEvent<HTMLCanvasElement>): void {
    if (!event.isPrimary) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drawing.current = [pointOf(event)];
    paint([...strokes, drawing.current]);
  }

  function goOn(event: PointerEvent<HTMLCanvasElement>): void {
    if (drawing.current === null || !event.isPrimary) return;
    drawing.current.push(pointOf(event));
    paint([...strokes, drawing.current]);
  }

  function end(): void {
    if (drawing.current === null) return;
    onStrokes([...strokes, drawing.current]);
    drawing.current = null;
  }

  return (
    <canvas
      ref={canvas}
      className="signature-pad"
      role="img"
      aria-label={words.say(strokes.length === 0 ? "sign.pad" : "sign.pad-signed")}
      onPointerDown={begin}
      onPointerMove={goOn}
      onPointerUp={end}
      onPointerCancel={end}
    />
  );
}
