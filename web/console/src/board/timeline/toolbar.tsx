/** Above the timeline: how much time is in sight, now, and in which order the rows stand. */

import type { ReactElement } from "react";
import { IconButton, Button, Segments, Select, Toggle } from "../../pieces";
import { type Order, ORDERS } from "./rows";
import type { TimelineWords } from "./texts";
import { type Sight, SIGHTS } from "./time-scale";

interface Props {
  readonly words: TimelineWords;
  readonly sight: Sight | null;
  readonly order: Order;
  readonly grouped: boolean;
  readonly shown: number;
  readonly all: number;
  readonly zone: string;
  readonly onSight: (sight: Sight) => void;
  readonly onZoom: (factor: number) => void;
  readonly onNow: () => void;
  readonly onOrder: (order: Order) => void;
  readonly onGrouped: (yes: boolean) => void;
}

export const ZOOM_STEP = 1.4;

export function Toolbar({ words, sight, order, grouped, shown, all, zone, onSight, onZoom, onNow, onOrder, onGrouped }: Props): ReactElement {
  return (
    <div className="timeline-tools">
      <Segments
        label={words.say("timeline.sight")}
        value={(sight ?? "") as Sight}
        onChange={onSight}
        options={SIGHTS.map((one) => ({ id: one, label: words.say(`timeline.${one}`) }))}
      />
      <IconButton icon="minus" size="small" label={words.say("timeline.farther")} keys="-" onPress={() => onZoom(1 / ZOOM_STEP)} />
      <IconButton icon="plus" size="small" label={words.say("timeline.closer")} keys="+" onPress={() => onZoom(ZOOM_STEP)} />
      <Button size="small" keys="n" onPress={onNow}>
        {words.say("timeline.now")}
      </Button>
      <span className="timeline-tools-room" />
      <span className="timeline-count">
        {shown === all ? words.say("timeline.people", { count: all }) : words.say("timeline.shown", { shown, all })}
        {" · "}
        {words.say("timeline.zone", { zone })}
      </span>
      <Select
        label={words.say("timeline.order")}
        hideLabel
        value={order}
        onChange={onOrder}
        options={ORDERS.map((one) => ({ id: one, label: words.say(`timeline.order.${one}`) }))}
      />
      <Toggle label={words.say("timeline.grouped")} icon="people" isSelected={grouped} onChange={onGrouped} />
    </div>
  );
}
