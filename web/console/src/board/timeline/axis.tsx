/** The hours at the top, the lines they draw down the rows, now, and what is frozen. */

import { memo, type ReactElement } from "react";
import { useBoardPart, useNow } from "../../live";
import type { TimelineWords } from "./texts";
import { type Mark, MINUTE, type Scale, xOf } from "./time-scale";

interface AxisProps {
  readonly marks: readonly Mark[];
  readonly scale: Scale;
  readonly head: number;
  readonly width: number;
}

export const Axis = memo(function Axis({ marks, scale, head, width }: AxisProps): ReactElement {
  return (
    <div className="timeline-axis" role="presentation" aria-hidden="true" style={{ width: head + width }}>
      {head > 0 && <div className="timeline-corner" style={{ width: head }} />}
      {marks.map(
        (mark) =>
          mark.label !== "" && (
            <span key={mark.at} className={`timeline-hour ${mark.kind}`} style={{ left: head + xOf(scale, mark.at) }}>
              {mark.label}
            </span>
          ),
      )}
      <NowLabel scale={scale} head={head} />
    </div>
  );
});

function NowLabel({ scale, head }: { readonly scale: Scale; readonly head: number }): ReactElement | null {
  const now = useNow(MINUTE);
  if (now < scale.from || now > scale.until) return null;
  return <span className="timeline-now-label" style={{ left: head + xOf(scale, now) }} />;
}

interface LinesProps {
  readonly marks: readonly Mark[];
  readonly scale: Scale;
  readonly head: number;
  readonly height: number;
  readonly words: TimelineWords;
}

/** Behind the rows. */
export const HourLines = memo(function HourLines({ marks, scale, head, height }: Omit<LinesProps, "words">): ReactElement {
  const path = (kinds: readonly Mark["kind"][]): string =>
    marks.filter((mark) => kinds.includes(mark.kind)).map((mark) => `M${Math.round(xOf(scale, mark.at)) + 0.5} 0V${height}`).join("");
  return (
    <svg className="timeline-lines" style={{ left: head }} width={Math.round(xOf(scale, scale.until))} height={height} aria-hidden="true">
      <path className="part" d={path(["part"])} />
      <path className="hour" d={path(["hour"])} />
      <path className="day" d={path(["day"])} />
    </svg>
  );
});

/** Before the rows: the instant that it is, and the freeze fence, before which nothing changes any more. */
export function NowLine({ scale, head, height, words }: Omit<LinesProps, "marks">): ReactElement {
  const now = useNow(MINUTE / 4);
  const fence = useBoardPart((board) => (board?.fence == null ? null : Date.parse(board.fence)));
  const frozen = fence === null ? null : Math.min(fence, scale.until);
  return (
    <>
      {frozen !== null && frozen > scale.from && (
        <div
          className="timeline-fence"
          style={{ left: head, width: xOf(scale, frozen), height }}
          title={words.say("timeline.fence", { time: words.time(new Date(frozen)) })}
        />
      )}
      {now >= scale.from && now <= scale.until && <div className="timeline-now" style={{ left: head + xOf(scale, now), height }} />}
    </>
  );
}
