/** The promise board: clocks by time left, what phones dispute, parts that jobs wait for. */

import type { ReactElement } from "react";
import { useLocation, useParams } from "wouter";
import { useBoardPart } from "../live";
import { Tabs } from "../pieces";
import { useWords } from "../words";
import { Clocks } from "./clocks";
import { Disputes } from "./disputes";
import { Parts } from "./parts";
import { TEXTS } from "./texts";
import "./promises.css";

const TABS = ["clocks", "disputes", "parts"] as const;
type Tab = (typeof TABS)[number];

export function Page(): ReactElement {
  const words = useWords(TEXTS);
  const [, go] = useLocation();
  const at = useParams()["*"];
  const tab = TABS.find((one) => one === at) ?? "clocks";
  const disputes = useBoardPart((board) => board?.disputes ?? 0);
  return (
    <div className="promises">
      <h1>{words.say("promises.title")}</h1>
      <Tabs<Tab>
        label={words.say("promises.title")}
        selected={tab}
        onSelect={(one) => go(one === "clocks" ? "/promises" : `/promises/${one}`, { replace: true })}
        tabs={[
          { id: "clocks", title: words.say("promises.clocks"), content: tab === "clocks" && <Clocks /> },
          { id: "disputes", title: words.say("promises.disputes"), count: disputes, content: tab === "disputes" && <Disputes /> },
          { id: "parts", title: words.say("promises.parts"), content: tab === "parts" && <Parts /> },
        ]}
      />
    </div>
  );
}
