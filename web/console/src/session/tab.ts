/** What this tab keeps over a reload is one person's: what they wrote and have not sent, what they could undo. */

const WHOSE = "fieldwright.whose";

/** This person is signed in: what the tab has kept of somebody else is not for them to see. */
export function takeTab(person: string): void {
  const whose = sessionStorage.getItem(WHOSE);
  if (whose !== null && whose !== person) clearTab();
  sessionStorage.setItem(WHOSE, person);
}

/** Keep nothing of whoever was here. */
export function clearTab(): void {
  sessionStorage.clear();
}
