/** More of what is selected. */

import type { ReactElement } from "react";
import { Link } from "wouter";
import { Empty } from "../pieces";
import { useSelection } from "../select";
import { useWords } from "../words";
import { CustomerWhole } from "./customer-whole";
import { JobDetail } from "./job-detail";
import { TechnicianCard } from "./technician-card";
import { TEXTS } from "./texts";
import { VisitDetail } from "./visit-detail";
import "./whole.css";

export function Detail(): ReactElement {
  const words = useWords(TEXTS);
  const last = useSelection().at(-1);
  switch (last?.kind) {
    case "visit":
      return <VisitDetail key={last.id} id={last.id} />;
    case "technician":
      return <TechnicianCard key={last.id} id={last.id} />;
    case "job":
      return <JobDetail key={last.id} id={last.id} />;
    case "customer":
      return <CustomerWhole key={last.id} id={last.id} />;
    case "plan":
      return (
        <p className="whole">
          <Link href={`/proposals/${last.id}`}>{words.say("whole.plan")}</Link>
        </p>
      );
    case undefined:
      return <Empty icon="detail" title={words.say("whole.none")} />;
  }
}
