/** Any day again, minute by minute: planned against done. */

import { parseDate } from "@internationalized/date";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useMemo } from "react";
import { useLocation, useParams } from "wouter";
import { useCommand } from "../commands";
import { operationNow, useBoardPart } from "../live";
import { Button, DayField, Empty, IconButton, Keys, Problem, Segments, Waiting } from "../pieces";
import { ask } from "../request";
import { useWords } from "../words";
import { Happenings } from "./happenings";
import { MINUTE, type Played, played, type ReplayDay } from "./model";
import { Rows } from "./rows";
import { TEXTS } from "./texts";
import { Totals } from "./totals";
import { SPEEDS, type Speed, usePlayer } from "./use-player";
import "./history.css";

export function Page(): ReactElement {
  const words = useWords(TEXTS);
  const [, go] = useLocation();
  const asked = useParams<{ readonly date?: string }>().date;
  const zone = useBoardPart((board) => board?.time_zone);
  const today = zone === undefined ? undefined : new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(operationNow());
  const date = asked ?? (today === undefined ? undefined : parseDate(today).subtract({ days: 1 }).toString());
  const choose = (next: string): void => go(`/history/${next}`);
  const step = (days: number) => () => date !== undefined && choose(parseDate(date).add({ days }).toString());
  const answer = useQuery({
    queryKey: ["history", date],
    queryFn: ({ signal }) => ask<ReplayDay>(`/api/v1/history/${date ?? ""}`, {}, signal),
    enabled: date !== undefined && (today === undefined || date <= today),
    staleTime: date === today ? 60_000 : Infinity,
    refetchOnWindowFocus: false,
  });
  const shown = useMemo(() => (answer.data === undefined ? undefined : played(answer.data)), [answer.data]);
  const empty = shown !== undefined && shown.rows.length === 0;
  const isAhead = date !== undefined && today !== undefined && date > today;
  return (
    <article className="history-page">
      <header className="history-head">
        <h1>{words.say("history.title")}</h1>
        <div className="history-day">
          <IconButton icon="left" label={words.say("history.day.before")} onPress={step(-1)} isDisabled={date === undefined} />
          <DayField label={words.say("history.day")} value={date ?? ""} max={today} onChange={(day) => day !== "" && choose(day)} />
          <IconButton icon="right" label={words.say("history.day.after")} onPress={step(1)} isDisabled={date === undefined || date === today} />
        </div>
        {date !== undefined && (
          <Button kind="quiet" onPress={() => go(`/print/${date}`)}>
            {words.say("history.print")}
          </Button>
        )}
      </header>
      <Problem error={answer.error} onAgain={() => void answer.refetch()} />
      {answer.isFetching && shown === undefined && <Waiting />}
      {isAhead && <Empty icon="history" title={words.say("history.future")}>{words.say("history.none.next")}</Empty>}
      {empty && (
        <Empty icon="history" title={words.say("history.none")} action={today !== undefined && date !== today && <Button onPress={() => choose(today)}>{words.say("history.today")}</Button>}>
          {words.say("history.none.next")}
        </Empty>
      )}
      {answer.data !== undefined && shown !== undefined && !empty && <Replay key={answer.data.day} day={answer.data} shown={shown} />}
    </article>
  );
}

function Replay({ day, shown }: { readonly day: ReplayDay; readonly shown: Played }): ReactElement {
  const words = useWords(TEXTS);
  const player = usePlayer(shown);
  const { at, playing, speed, toggle, seek, step } = player;
  useCommand({ id: "history.play", title: TEXTS["history.play-or-pause"], key: "space", run: toggle });
  useCommand({ id: "history.back", title: TEXTS["history.minute.back"], key: "left", repeats: true, run: () => step(-1) });
  useCommand({ id: "history.on", title: TEXTS["history.minute.on"], key: "right", repeats: true, run: () => step(1) });
  useCommand({ id: "history.quarter-back", title: TEXTS["history.quarter.back"], key: "shift+left", repeats: true, run: () => step(-15) });
  useCommand({ id: "history.quarter-on", title: TEXTS["history.quarter.on"], key: "shift+right", repeats: true, run: () => step(15) });
  useCommand({ id: "history.begin", title: TEXTS["history.to-begin"], key: "home", run: () => seek(shown.from) });
  useCommand({ id: "history.end", title: TEXTS["history.to-end"], key: "end", run: () => seek(shown.last) });
  const speeds = SPEEDS.map((one) => ({ id: String(one), label: words.say("history.speed.of", { minutes: one }) }));
  return (
    <>
      <div className="history-player">
        <Button kind="main" icon={playing ? "stop" : "play"} onPress={toggle}>
          {words.say(playing ? "history.pause" : "history.play")}
        </Button>
        <Keys keys="space" />
        <output className="history-clock" aria-live="off">
          {words.time(new Date(at))}
        </output>
        <input
          type="range"
          className="history-slider"
          aria-label={words.say("history.at")}
          aria-valuetext={words.time(new Date(at))}
          min={shown.from}
          max={shown.last}
          step={MINUTE}
          value={Math.round(at / MINUTE) * MINUTE}
          onChange={(event) => seek(Number(event.target.value))}
        />
        <Segments label={words.say("history.speed")} options={speeds} value={String(speed)} onChange={(id) => player.setSpeed(Number(id) as Speed)} />
      </div>
      <p className="history-first">
        {day.first === null ? words.say("history.first.none") : words.say("history.first", { edition: String(day.first.edition), time: words.time(day.first.at) })}
        {!day.complete && <strong> {words.say("history.incomplete")}</strong>}
      </p>
      <div className="history-body">
        <div className="history-main">
          <Legend />
          <Rows day={shown} at={at} onSeek={seek} />
        </div>
        <div className="history-side">
          <Totals day={day} shown={shown} at={at} />
          <Happenings day={shown} at={at} />
        </div>
      </div>
    </>
  );
}

function Legend(): ReactElement {
  const words = useWords(TEXTS);
  return (
    <ul className="history-legend">
      {(["planned", "drive", "done", "late", "other"] as const).map((kind) => (
        <li key={kind}>
          <span className={`history-bar ${kind}`} aria-hidden="true" />
          {words.say(`history.legend.${kind}`)}
        </li>
      ))}
    </ul>
  );
}
