import { dropDrafts } from "../office/kit/drafts";
import { clearTab } from "../session/tab";

/**
 * Leave nothing of whoever was here to the next: what the tab kept is gone, and all that the page held goes as it is loaded
 * anew. The browser would ask first because of what was not saved in the office, with the former's page still in sight.
 */
export function leave(): void {
  dropDrafts();
  clearTab();
  location.reload();
}
