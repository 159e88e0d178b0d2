/** Beside what is being moved: where it would go, what that costs, and every rule that it would break; then the question. */

import { type ReactElement, type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { boardNow } from "../../live";
import { tell } from "../../notices";
import { Button, Field, Problem } from "../../pieces";
import { amount } from "../../plans";
import { useMay } from "../../session";
import type { Geometry } from "./geometry";
import { type Aim, cancel, confirm, type Moving, useMoving } from "./moving";
import type { Lines } from "./rows";
import { movedWhat, nameOf, tellAim, tellPrice } from "./sentences";
import type { TimelineWords } from "./texts";
import { HOUR, type Scale, within, xOf } from "./time-scale";
import { dearest, newlyBroken, type Trial } from "./trial";
import { AXIS } from "./view";

interface Props {
  readonly lines: Lines;
  readonly scale: Scale;
  readonly geometry: Geometry;
  readonly words: TimelineWords;
  readonly scroller: RefObject<HTMLDivElement | null>;
}

export const CARD_WIDTH = 340;
const MOST_RULES = 4;
const MOST_HELD = 2;

export function MoveCard(props: Props): ReactElement | null {
  const moving = useMoving();
  const frame = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(160);
  useLayoutEffect(() => {
    if (frame.current !== null) setHeight(frame.current.offsetHeight);
  }, [moving]);
  if (moving === null) return null;
  return (
    <div ref={frame} className="timeline-card" data-stage={moving.stage} style={placeOf(moving, height, props)}>
      {moving.stage === "aiming" ? <Aiming moving={moving} words={props.words} /> : <Asking moving={moving} words={props.words} />}
    </div>
  );
}

/** Below the row that is aimed at, or above it, or beside what is aimed at; always whole where the view is high enough. */
function placeOf(moving: Moving, height: number, { lines, scale, geometry, scroller }: Props): { readonly left: number; readonly top: number; readonly width: number } {
  const view = scroller.current;
  const seen = {
    left: (view?.scrollLeft ?? 0) + 8,
    right: (view?.scrollLeft ?? 0) + (view?.clientWidth ?? 800) - 8,
    top: (view?.scrollTop ?? 0) + 6,
    bottom: (view?.scrollTop ?? 0) + (view?.clientHeight ?? 600) - AXIS - 6,
  };
  const width = Math.min(CARD_WIDTH, seen.right - seen.left);
  const aim = moving.aim;
  const index = aim === null || aim === "nobody" ? undefined : lines.ofPerson.get(aim.technician);
  const line = index === undefined ? undefined : lines.all[index];
  if (aim === null || aim === "nobody" || line === undefined) return { left: (seen.left + seen.right - width) / 2, top: seen.top, width };
  const begin = geometry.head + xOf(scale, aim.at);
  const left = within(begin, seen.left, seen.right - width);
  const below = line.top + line.height + 4;
  const above = line.top - 4 - height;
  if (below + height <= seen.bottom) return { left, top: below, width };
  if (above >= seen.top) return { left, top: above, width };
  // Neither: beside it, on the side that has room.
  const end = begin + ((moving.length / HOUR) * scale.hour) + 12;
  const beside = end + width <= seen.right ? end : Math.max(begin - width - 12, seen.left);
  return { left: beside, top: Math.max(Math.min(below, seen.bottom - height), seen.top), width };
}

function Aiming({ moving, words }: { readonly moving: Moving; readonly words: TimelineWords }): ReactElement {
  const board = boardNow();
  return (
    <>
      <div role="status">
        <p className="timeline-card-what">{movedWhat(words, moving, board)}</p>
        <p className="timeline-card-aim">{tellAim(words, moving, moving.aim, board)}</p>
        <ExactStart aim={moving.aim} words={words} />
        {!moving.same && moving.aim !== null && <PriceOf moving={moving} words={words} />}
      </div>
      <p className="timeline-card-hint">{words.say(moving.way === "keys" ? "move.hint" : "move.hint.pointer")}</p>
    </>
  );
}

function ExactStart({ aim, words }: { readonly aim: Aim | null; readonly words: TimelineWords }): ReactElement | null {
  if (aim === null || aim === "nobody" || !aim.exact) return null;
  return <p className="timeline-card-exact">{words.say("move.exact", { time: words.time(new Date(aim.at)) })}</p>;
}

function PriceOf({ moving, words }: { readonly moving: Moving; readonly words: TimelineWords }): ReactElement {
  const { price } = moving;
  if (price.kind === "failed") return <Problem error={price.error} compact />;
  const trial = price.kind === "known" ? price.trial : price.kind === "asking" ? price.last : null;
  if (trial === null) return <p className="timeline-card-price waiting">{words.say("move.asking")}</p>;
  return (
    <div className="timeline-card-trial" data-old={price.kind === "asking" || undefined}>
      <Priced trial={trial} words={words} />
      <Rules trial={trial} moving={moving} words={words} />
      <Held trial={trial} words={words} />
      <Along trial={trial} moving={moving} words={words} />
    </div>
  );
}

function Priced({ trial, words }: { readonly trial: Trial; readonly words: TimelineWords }): ReactElement {
  const dearer = trial.change > 0.05;
  const lines = dearest(trial, 3);
  return (
    <p className="timeline-card-price" data-dearer={dearer || undefined}>
      <b>{tellPrice(words, trial)}</b>
      {lines.length > 0 && (
        <span>
          {lines.map((one) => `${one.title} ${one.change > 0 ? "+" : "−"}${amount(Math.abs(one.change), words.language)}`).join(" · ")}
        </span>
      )}
    </p>
  );
}

function Rules({ trial, moving, words }: { readonly trial: Trial; readonly moving: Moving; readonly words: TimelineWords }): ReactElement | null {
  const broken = newlyBroken(trial, new Set(moving.moved.map((one) => one.visit)));
  if (broken.length === 0) return null;
  return (
    <>
      <p className="timeline-card-breaks">{words.say("move.breaks", { count: broken.length })}</p>
      <ul className="timeline-card-rules">
        {broken.slice(0, MOST_RULES).map((one) => (
          <li key={`${one.rule} ${one.sentence}`} data-level={one.level}>
            <span className="level">{words.say(`move.${one.level}`)}</span> {one.sentence}
          </li>
        ))}
      </ul>
      {broken.length > MOST_RULES && <p className="timeline-card-more">{words.say("move.more", { count: broken.length - MOST_RULES })}</p>}
    </>
  );
}

/** What must not be touched, and why. */
function Held({ trial, words }: { readonly trial: Trial; readonly words: TimelineWords }): ReactElement | null {
  if (trial.fence.length === 0) return null;
  return (
    <ul className="timeline-card-rules">
      {trial.fence.slice(0, MOST_HELD).map((one) => (
        <li key={`${one.visit} ${one.sentence}`} data-level={one.may_force ? "prefer" : "must"}>
          <span className="level">{words.say("move.held")}</span> {one.sentence}
        </li>
      ))}
      {trial.fence.length > MOST_HELD && <li className="timeline-card-more">{words.say("move.more", { count: trial.fence.length - MOST_HELD })}</li>}
    </ul>
  );
}

function Along({ trial, moving, words }: { readonly trial: Trial; readonly moving: Moving; readonly words: TimelineWords }): ReactElement | null {
  const names = new Set(moving.moved.map((one) => one.visit));
  const count = trial.moved.filter((one) => !names.has(one.visit)).length;
  return count === 0 ? null : <p className="timeline-card-more">{words.say("move.others", { count })}</p>;
}

function Asking({ moving, words }: { readonly moving: Moving; readonly words: TimelineWords }): ReactElement {
  const may = useMay("approve plans");
  const [because, setBecause] = useState("");
  const heading = useId();
  const frame = useRef<HTMLDivElement>(null);
  const board = boardNow();
  const { aim, price, stage } = moving;
  const trial = price.kind === "known" ? price.trial : null;
  const what = movedWhat(words, moving, board);
  const name = aim === null || aim === "nobody" ? "" : nameOf(board, aim.technician);
  const offer = trial === null || !may ? "none" : trial.may_publish ? "do" : trial.may_force ? "anyway" : "none";
  const sending = stage === "sending";
  useFocusWhen(frame, offer !== "none" || trial !== null, offer);

  const go = async (anyway: boolean): Promise<void> => {
    const title = words.say(aim === "nobody" ? "move.done.nobody" : "move.done", { what, name });
    const { lead } = moving;
    if (await confirm(title, because, anyway)) {
      tell(title);
      requestAnimationFrame(() => document.querySelector<HTMLElement>(`.timeline-bar[data-visit="${CSS.escape(lead.visit)}"]`)?.focus());
    }
  };
  return (
    <div
      ref={frame}
      role="dialog"
      aria-labelledby={heading}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || sending) return;
        event.stopPropagation();
        leave(moving);
      }}
    >
      <h3 id={heading} className="timeline-card-what">
        {questionOf(words, moving, what, name)}
      </h3>
      <p className="timeline-card-aim">{tellAim(words, moving, aim, board)}</p>
      <ExactStart aim={aim} words={words} />
      <PriceOf moving={moving} words={words} />
      {moving.error !== null && <Problem error={moving.error} compact />}
      {trial !== null && !may && <p className="timeline-card-more">{words.say("move.no-right")}</p>}
      {trial !== null && may && offer === "none" && <p className="timeline-card-breaks">{words.say("move.may-not")}</p>}
      {offer === "anyway" && <Field label={words.say("move.because")} value={because} onChange={setBecause} maxLength={500} />}
      <div className="timeline-card-foot">
        <Button size="small" onPress={() => leave(moving)} isDisabled={sending} data-leave>
          {words.say("move.leave")}
        </Button>
        {offer === "do" && (
          <Button size="small" kind="main" keys="enter" waiting={sending} onPress={() => void go(false)} data-go>
            {words.say(sending ? "move.sending" : doOf(moving))}
          </Button>
        )}
        {offer === "anyway" && (
          <Button size="small" kind="bad" waiting={sending} onPress={() => void go(true)} data-go>
            {words.say(sending ? "move.sending" : aim === "nobody" ? "move.anyway.take" : "move.anyway")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The focus goes to what would be done, once it is known; where it can not be done, to leaving it. */
function useFocusWhen(frame: RefObject<HTMLDivElement | null>, ready: boolean, offer: string): void {
  useEffect(() => {
    const wanted = ready ? (offer === "none" ? "[data-leave]" : "[data-go]") : "[data-leave]";
    const within = frame.current?.contains(document.activeElement) ?? false;
    const writing = document.activeElement instanceof HTMLInputElement;
    if (within && writing) return;
    (frame.current?.querySelector<HTMLElement>(wanted) ?? frame.current?.querySelector<HTMLElement>("button"))?.focus();
  }, [frame, ready, offer]);
}

/** Nothing was done: the focus goes back to where it came from. */
function leave({ lead }: Moving): void {
  cancel();
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`.timeline-bar[data-visit="${CSS.escape(lead.visit)}"][data-role="${lead.role}"]`)?.focus(),
  );
}

function questionOf(words: TimelineWords, moving: Moving, what: string, name: string): string {
  const { aim, lead } = moving;
  if (aim === null || aim === "nobody") return words.say("move.ask.nobody", { what });
  const planned = boardNow()?.visitById.get(lead.visit)?.planned.find((one) => one.role === lead.role);
  if (planned === undefined) return words.say("move.ask.new", { what, name });
  return words.say(planned.technician === aim.technician ? "move.ask.time" : "move.ask", { what, name });
}

function doOf({ aim, lead }: Moving): "move.do" | "move.do.take" | "move.do.give" {
  if (aim === "nobody") return "move.do.take";
  return (boardNow()?.visitById.get(lead.visit)?.planned.length ?? 0) === 0 ? "move.do.give" : "move.do";
}
