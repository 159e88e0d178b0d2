/** The places in the shell's pages that are filled by what stands in ../work and ../map. */

import type { ComponentType } from "react";
import type { Theme } from "@fieldwright/shared/theme";
import type { VisitDocument } from "../day/documents";
import type { FieldWords } from "../texts";

export interface AboutVisit {
  readonly words: FieldWords;
  /** As it will be once everything that was tapped has arrived. */
  readonly visit: VisitDocument;
}

export interface Closing {
  readonly onClose: () => void;
}

export interface Ending {
  /** Known already: what is missing, so that the visit is not done. */
  readonly lacking?: "need_parts" | "need_visit";
}

export interface Slots {
  /** In a visit's page, once somebody is there, and to read after it: checklist, photos, parts, signature, report, expert call. */
  readonly VisitWork?: ComponentType<AboutVisit>;
  /** In a visit's page: what the office and the technician say to each other about it. */
  readonly Messages?: ComponentType<AboutVisit>;
  /** What "Finish" opens: what is still missing, complete, or incomplete with its reason. A {@link Sheet} of its own. */
  readonly Finish?: ComponentType<AboutVisit & Closing & Ending>;
  /** What "I need more time" opens. A Sheet of its own. */
  readonly Extend?: ComponentType<AboutVisit & Closing>;
  /** What "Time sheet" opens in Me: a page of its own with a way back. */
  readonly TimeSheet?: ComponentType<{ readonly words: FieldWords } & Closing>;
  /** The tab "Map": loaded when it is opened first (`lazy`). `onVisit` opens a visit's page by its own id. */
  readonly MapTab?: ComponentType<{
    readonly words: FieldWords;
    readonly theme: Theme;
    readonly onVisit: (visit: string) => void;
  }>;
  /** In Me, below the storage: the map of the day's area, kept for dead spots. */
  readonly MapArea?: ComponentType<{ readonly words: FieldWords }>;
  /** In Me, among the settings: whether taps are confirmed by a buzz and a voice. */
  readonly Confirmations?: ComponentType<{ readonly words: FieldWords }>;
}
