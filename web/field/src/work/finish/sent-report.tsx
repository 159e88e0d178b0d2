/** After the visit: whether the customer has the service report, and a tap to send it. */

import { type ReactElement, useState } from "react";
import type { VisitDocument } from "../../day/documents";
import { useTapping } from "../../pieces/tapping";
import { act } from "../../sync";
import type { FieldWords } from "../../texts";
import { Report } from "./report";

interface Props {
  readonly words: FieldWords;
  readonly visit: VisitDocument;
}

export function SentReport({ words, visit }: Props): ReactElement | null {
  const [email, setEmail] = useState<string | null>(null);
  const { going, failed, tap } = useTapping(words);
  if (visit.status !== "completed" && visit.status !== "incomplete") return null;

  async function send(): Promise<void> {
    if (await tap(() => act("send_report", visit.visit, email ? { email } : {}))) setEmail(null);
  }

  return (
    <section className="part stack" aria-labelledby="report-title">
      <h2 id="report-title">{words.say("report.title")}</h2>
      <p className="muted">
        {visit.report?.sent_to == null ? words.say("report.unsent") : words.say("report.sent", { to: visit.report.sent_to })}
      </p>
      <Report words={words} visit={visit} email={email} onEmail={setEmail} />
      <p className="complaint" role="alert">
        {failed}
      </p>
      {email !== null && (
        <button type="button" className="second" disabled={going} onClick={() => void send()}>
          {words.say("report.go")}
        </button>
      )}
    </section>
  );
}
