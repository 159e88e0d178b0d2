/** Day sheets on paper: a page for each technician, in the language of who prints them. */

import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useMemo, useState } from "react";
import { useLocation, useParams } from "wouter";
import { useCommand } from "../commands";
import { type BoardDocument, live, useBoardPart } from "../live";
import { Button, DayField, Empty, Problem, Select, Waiting } from "../pieces";
import { ask } from "../request";
import { useReading, useWords } from "../words";
import { Sheet } from "./sheet";
import { type Notes, sheetsOf } from "./sheets";
import { TEXTS } from "./texts";
import "./print.css";

const EVERYBODY = "everybody";

export function Page(): ReactElement {
  const words = useWords(TEXTS);
  const { language } = useReading();
  const [, go] = useLocation();
  const asked = useParams<{ readonly date?: string }>().date;
  const shown = useBoardPart((board) => board?.day);
  const date = asked ?? live.day ?? shown;
  const [who, setWho] = useState<string>(EVERYBODY);
  const answer = useQuery({
    queryKey: ["print", date, language],
    queryFn: async ({ signal }) => {
      const [board, notes] = await Promise.all([
        ask<BoardDocument>("/api/v1/board", { day: date, language }, signal),
        ask<readonly Notes[]>("/api/v1/board/sheets", { day: date }, signal),
      ]);
      return { board, sheets: sheetsOf(board, notes) };
    },
    enabled: date !== undefined,
  });
  const all = answer.data?.sheets;
  const sheets = useMemo(() => all?.filter((one) => who === EVERYBODY || one.who.id === who), [all, who]);
  const options = [{ id: EVERYBODY, label: words.say("print.everybody") }, ...(all ?? []).map((one) => ({ id: one.who.id, label: one.who.name }))];
  const ready = sheets !== undefined && sheets.length > 0;
  useCommand({ id: "print.print", title: TEXTS["print.print"], key: "p", when: () => ready, run: () => window.print() });
  return (
    <article className="print-page">
      <header className="print-tools">
        <h1>{words.say("print.title")}</h1>
        <div className="piece-field">
          <span className="piece-label" id="print-day">{words.say("print.day")}</span>
          <DayField labelledBy="print-day" value={date ?? ""} onChange={(day) => day !== "" && go(`/print/${day}`)} />
        </div>
        <Select label={words.say("print.who")} options={options} value={options.some((one) => one.id === who) ? who : EVERYBODY} onChange={setWho} />
        <Button kind="main" keys="p" isDisabled={!ready} onPress={() => window.print()}>
          {words.say("print.print")}
        </Button>
        {ready && <span className="print-count">{words.say("print.count", { count: sheets.length })}</span>}
      </header>
      <Problem error={answer.error} onAgain={() => void answer.refetch()} />
      {answer.isPending && <Waiting />}
      {sheets?.length === 0 && <Empty title={words.say("print.none")}>{words.say("print.none.next")}</Empty>}
      {answer.data !== undefined && (
        <div className="print-sheets">
          {sheets?.map((sheet) => (
            <Sheet key={sheet.who.id} sheet={sheet} since={answer.data.board.since} foot={footOf(answer.data.board)} />
          ))}
        </div>
      )}
    </article>
  );

  function footOf(board: BoardDocument): string {
    const values = { edition: String(board.edition), time: `${words.date(board.now)}, ${words.time(board.now)}`, zone: board.time_zone };
    return words.say(board.edition > 0 ? "print.foot" : "print.foot.none", values);
  }
}
