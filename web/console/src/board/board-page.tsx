/** The board: lists, timeline and map of one day, side by side, with the detail of what is selected. */

import { lazy, type ReactElement, useEffect, useRef } from "react";
import { useLocation, useParams } from "wouter";
import { useCommand } from "../commands";
import { live, useBoardPart, useTrouble } from "../live";
import { Button, Empty, Waiting } from "../pieces";
import { type Selected, select, selectionNow, useSelection } from "../select";
import { Guarded } from "../shell/guarded";
import { useWords } from "../words";
import { BoardBar } from "./board-bar";
import { DetailPane } from "./detail-pane";
import { Lists } from "./lists";
import { resetPanes, togglePane } from "./panes";
import { Panels } from "./panels";
import { openDetail } from "./side";
import { TabbedBoard } from "./tabbed-board";
import { TEXTS } from "./texts";
import { Timeline } from "./timeline";
import { useNarrow } from "./use-narrow";
import "./board.css";

const BoardMap = lazy(() => import("./map").then(({ BoardMap }) => ({ default: BoardMap })));

const ProposalStrip = lazy(() => import("../proposals").then(({ ProposalStrip }) => ({ default: ProposalStrip })));

const KINDS: ReadonlySet<string> = new Set(["visit", "technician", "job", "plan", "customer"]);

export function BoardPage(): ReactElement {
  const words = useWords(TEXTS);
  const narrow = useNarrow();
  const ready = useBoardPart((board) => board !== undefined);
  const trouble = useTrouble();
  useAddress();
  useCommand({ id: "board.lists", title: TEXTS["board.pane.lists"], key: "alt+1", run: () => togglePane("lists") });
  useCommand({ id: "board.map", title: TEXTS["board.pane.map"], key: "alt+2", run: () => togglePane("map") });
  useCommand({ id: "board.detail", title: TEXTS["board.pane.detail"], key: "alt+3", run: () => togglePane("detail") });
  useCommand({ id: "board.panes-reset", title: TEXTS["board.panes.reset"], run: resetPanes });

  if (!ready && trouble !== null) {
    const why =
      trouble === "forbidden" ? words.say("board.failed.forbidden")
      : trouble === "unreachable" ? words.say("board.failed.unreachable")
      : trouble.detail;
    return (
      <div role="alert" className="board-failed">
        <Empty icon="offline" title={words.say("board.failed")} action={<Button onPress={() => live.hurry()}>{words.say("try-again")}</Button>}>
          {why}
        </Empty>
      </div>
    );
  }
  const parts = {
    lists: <Guarded><Lists onOpen={() => openDetail()} /></Guarded>,
    timeline: <Guarded>{ready ? <Timeline /> : <Waiting>{words.say("board.loading")}</Waiting>}</Guarded>,
    map: <Guarded>{ready && <BoardMap />}</Guarded>,
    detail: <Guarded><DetailPane /></Guarded>,
  };
  return (
    <div className="board" data-state={ready ? "ready" : "waiting"}>
      <h1 className="visually-hidden">{words.say("board.title")}</h1>
      <BoardBar narrow={narrow} />
      <div className="board-parts">{narrow ? <TabbedBoard parts={parts} /> : <Panels parts={parts} />}</div>
      <Guarded>
        <ProposalStrip />
      </Guarded>
    </div>
  );
}

/** The address names what is selected, so that it can be sent to somebody; and what it names is selected. */
function useAddress(): void {
  const [at, go] = useLocation();
  const { kind, id } = useParams<{ kind?: string; id?: string }>();
  const selection = useSelection();
  const last = selection.at(-1);
  // What the address names is not selected yet when the page is drawn for the first time.
  const waits = useRef(id !== undefined);
  useEffect(() => {
    if (kind === undefined || id === undefined || !KINDS.has(kind)) return;
    if (!selectionNow().some((one) => one.kind === kind && one.id === id)) select({ kind: kind as Selected["kind"], id });
  }, [kind, id]);
  useEffect(() => {
    if (last === undefined && waits.current) return;
    waits.current = false;
    const path = last === undefined ? "/board" : `/board/${last.kind}/${last.id}`;
    if (at !== path && at.startsWith("/board")) go(path, { replace: true });
  }, [last]);
}
