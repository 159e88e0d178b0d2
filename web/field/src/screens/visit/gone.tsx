/** A visit that is not the technician's any more says why. */

import type { ReactElement } from "react";
import type { NoticeDocument } from "../../day/documents";
import type { Kept } from "../../sync";
import type { FieldWords } from "../../texts";

interface Props {
  readonly words: FieldWords;
  readonly kept: Kept;
  readonly visit: string;
  readonly declined: boolean;
  readonly notices: readonly NoticeDocument[];
}

export function Gone({ words, kept, visit, declined, notices }: Props): ReactElement {
  const notice = notices.find((one) => one.visit === visit);
  const why = kept.meta.gone?.find((one) => one.id === `visit:${visit}`)?.why;
  // Of what was only planned the server says nothing; there is nothing to be sorry for.
  if (why === "" && notice === undefined && !declined) {
    return (
      <div className="empty">
        <h1>{words.say("visit.replanned")}</h1>
        <p>{words.say("visit.replanned.why")}</p>
      </div>
    );
  }
  return (
    <div className="empty">
      <h1>{words.say("visit.gone")}</h1>
      {notice !== undefined && (
        <p>
          <strong>{words.say(`notice.${notice.what}`)}</strong> {notice.number} {notice.title}
        </p>
      )}
      <p>{declined ? words.say("visit.gone.declined") : why || notice?.why}</p>
    </div>
  );
}
