/** Which of the pages about scenarios is at the address. */

import type { ReactElement } from "react";
import { useRoute } from "wouter";
import { ComparePage } from "./compare-page";
import { FormPage } from "./form/form-page";
import { ReplayPage } from "./form/replay-form";
import { ListPage } from "./list-page";
import { OnePage } from "./one-page";
import "./scenarios.css";

export function Page(): ReactElement {
  const [isNew] = useRoute("/scenarios/new");
  const [isReplay] = useRoute("/scenarios/replay");
  const [isCopy, copy] = useRoute("/scenarios/new/:from");
  const [isPair, pair] = useRoute("/scenarios/compare/:ids");
  const [isOne, one] = useRoute("/scenarios/:id");
  if (isNew) return <FormPage from={null} />;
  if (isReplay) return <ReplayPage />;
  if (isCopy) return <FormPage key={copy.from} from={copy.from} />;
  if (isPair) return <ComparePage ids={pair.ids.split(",")} />;
  if (isOne) return <OnePage key={one.id} id={one.id} />;
  return <ListPage />;
}
