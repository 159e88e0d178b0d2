/** Which of the pages about plans is at the address. */

import type { ReactElement } from "react";
import { useRoute } from "wouter";
import { ComparePage } from "./compare-page";
import { PlansPage } from "./plans-page";
import { ProposalPage } from "./proposal-page";
import "./proposals.css";

export function Pages(): ReactElement {
  const [isOne, one] = useRoute("/proposals/:id");
  const [isPair, pair] = useRoute("/compare/:before/:after");
  if (isPair) return <ComparePage before={pair.before} after={pair.after} />;
  if (isOne) return <ProposalPage key={one.id} id={one.id} />;
  return <PlansPage />;
}
