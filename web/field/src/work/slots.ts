/** What is put into the pages of the shell where the work is done; a place that nothing is put into stays empty. */

import { lazy } from "react";
import { MapArea } from "../map/map-area";
import type { Slots } from "../screens/slots";
import { ConfirmationSetting } from "./confirm/setting";
import { ExtendSheet } from "./extend/sheet";
import { FinishSheet } from "./finish/sheet";
import { Messages } from "./messages/messages";
import { TimeSheetPage } from "./time-sheet/page";
import { VisitWork } from "./visit-work";

export const SLOTS: Slots = {
  VisitWork,
  Messages,
  Finish: FinishSheet,
  Extend: ExtendSheet,
  TimeSheet: TimeSheetPage,
  MapTab: lazy(() => import("../map/map-tab")),
  MapArea,
  Confirmations: ConfirmationSetting,
};
