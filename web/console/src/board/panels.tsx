/** The parts of the board side by side; the lines between are dragged, or moved by arrow keys. */

import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { Group, type GroupImperativeHandle, Panel, Separator } from "react-resizable-panels";
import { useSelection } from "../select";
import { useWords } from "../words";
import { keepSizes, panesNow, usePanes } from "./panes";
import { TEXTS } from "./texts";

export interface Parts {
  readonly lists: ReactNode;
  readonly timeline: ReactNode;
  readonly map: ReactNode;
  readonly detail: ReactNode;
}

export function Panels({ parts }: { readonly parts: Parts }): ReactElement {
  const words = useWords(TEXTS);
  const { lists, map, detail, sizes } = usePanes();
  const chosen = useSelection().length > 0;
  const showsDetail = detail && chosen;
  const right = map || showsDetail;
  const across = [lists && "lists", "middle", right && "right"].filter(Boolean).join(" ");
  const down = [map && "map", showsDetail && "detail"].filter(Boolean).join(" ");
  const before = (group: string): { defaultLayout?: Record<string, number> } => {
    const kept = sizes[group];
    return kept === undefined ? {} : { defaultLayout: { ...kept } };
  };
  const [acrossRef, downRef] = [useLayout(across), useLayout(down)];
  return (
    <Group groupRef={acrossRef} id="across" className="board-group" orientation="horizontal" {...before(across)} onLayoutChanged={(layout, { isUserInteraction }) => isUserInteraction && keepSizes(across, layout)}>
      {lists && (
        <>
          <Panel id="lists" defaultSize="300px" minSize="200px" groupResizeBehavior="preserve-pixel-size">
            <section className="board-part" aria-label={words.say("board.lists")}>
              {parts.lists}
            </section>
          </Panel>
          <Separator className="board-separator" aria-label={words.say("board.resize", { one: words.say("board.lists"), other: words.say("board.timeline") })} />
        </>
      )}
      <Panel id="middle" minSize="320px">
        <div className="board-part">{parts.timeline}</div>
      </Panel>
      {right && (
        <>
          <Separator className="board-separator" aria-label={words.say("board.resize", { one: words.say("board.timeline"), other: words.say(map ? "board.map" : "board.detail") })} />
          <Panel id="right" defaultSize="27%" minSize="260px">
            <Group groupRef={downRef} id="down" className="board-group" orientation="vertical" {...before(down)} onLayoutChanged={(layout, { isUserInteraction }) => isUserInteraction && keepSizes(down, layout)}>
              {map && (
                <Panel id="map" defaultSize={showsDetail ? "42%" : "100%"} minSize="120px">
                  <div className="board-part">{parts.map}</div>
                </Panel>
              )}
              {map && showsDetail && <Separator className="board-separator lying" aria-label={words.say("board.resize", { one: words.say("board.map"), other: words.say("board.detail") })} />}
              {showsDetail && (
                <Panel id="detail" minSize="160px">
                  {parts.detail}
                </Panel>
              )}
            </Group>
          </Panel>
        </>
      )}
    </Group>
  );
}

/** When a part comes or goes, those that are there get the sizes that they had together. */
function useLayout(group: string): React.RefObject<GroupImperativeHandle | null> {
  const handle = useRef<GroupImperativeHandle | null>(null);
  useEffect(() => {
    // A part that comes is known to the group only once the page has been drawn with it.
    const drawn = requestAnimationFrame(() => {
      const kept = panesNow().sizes[group];
      const there = Object.keys(handle.current?.getLayout() ?? {});
      if (kept !== undefined && there.join(" ") === group) handle.current?.setLayout({ ...kept });
    });
    return () => cancelAnimationFrame(drawn);
  }, [group]);
  return handle;
}
