/** Which parts to take along. */

import type { ReactElement } from "react";
import type { VisitDocument } from "../../day/documents";
import type { FieldWords } from "../../texts";

export function Bring({ words, visit }: { readonly words: FieldWords; readonly visit: VisitDocument }): ReactElement | null {
  if (visit.parts.length === 0) return null;
  return (
    <p className="bring">
      <strong>{words.say("visit.bring")}</strong>{" "}
      {visit.parts.map((one) => words.say("visit.part", { ...one })).join(" · ")}
    </p>
  );
}
