/** More of what is selected, beside the timeline: what it is, why it is so, and what was said about it. */

import { lazy, type ReactElement } from "react";
import { Empty, IconButton, Tabs } from "../pieces";
import { select, useSelection } from "../select";
import { Guarded } from "../shell/guarded";
import { useVisit } from "../live";
import { useWords } from "../words";
import { show, type Side, useShown } from "./side";
import { TEXTS } from "./texts";

const Detail = lazy(() => import("../whole").then(({ Detail }) => ({ default: Detail })));
const WhyPanel = lazy(() => import("../why").then(({ WhyPanel }) => ({ default: WhyPanel })));
const Talk = lazy(() => import("../talk").then(({ Talk }) => ({ default: Talk })));

export function DetailPane(): ReactElement {
  const words = useWords(TEXTS);
  const last = useSelection().at(-1);
  const { side } = useShown();
  const visit = useVisit(last?.kind === "visit" ? last.id : "");
  if (last === undefined) {
    return (
      <section className="board-part board-detail" aria-label={words.say("board.detail")}>
        <Empty icon="detail" title={words.say("board.detail.none")}>
          {words.say("board.detail.none.text")}
        </Empty>
      </section>
    );
  }
  const what = { id: "what" as const, title: words.say("board.detail.what"), content: <Guarded><Detail /></Guarded> };
  const why = { id: "why" as const, title: words.say("board.detail.why"), content: <Guarded><WhyPanel /></Guarded> };
  const talk = { id: "talk" as const, title: words.say("board.detail.talk"), count: visit?.unread ?? 0, content: <Guarded><Talk /></Guarded> };
  const tabs = last.kind === "visit" ? [what, why, talk] : last.kind === "job" ? [what, talk] : [what];
  const shown = tabs.some((one) => one.id === side) ? side : "what";
  return (
    <section className="board-part board-detail" id="board-detail" tabIndex={-1} aria-label={words.say("board.detail")}>
      <Tabs<Side> label={words.say("board.detail")} tabs={tabs} selected={shown} onSelect={(next) => show({ side: next })} className="board-detail-tabs" />
      <span className="board-detail-close">
        <IconButton icon="close" size="small" keys="esc" label={words.say("board.detail.close")} onPress={() => select(null)} />
      </span>
    </section>
  );
}
