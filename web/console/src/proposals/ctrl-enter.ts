import type { KeyboardEvent, KeyboardEventHandler } from "react";

/**
 * Approve with Ctrl-Enter wherever the focus is within: a button that has it would take the Enter for a press of itself,
 * and whoever has just shown the proposal has the focus on one. Null: it cannot be approved now.
 */
export function onCtrlEnter(approve: (() => void) | null): KeyboardEventHandler {
  return (event: KeyboardEvent): void => {
    const meant = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    // A dialog that was opened from here lies elsewhere on the page, and its keys are its own.
    if (!meant || approve === null || !event.currentTarget.contains(event.target as Node)) return;
    event.preventDefault();
    event.stopPropagation();
    // Who holds the keys down has approved once; what is shown by then is another proposal.
    if (!event.repeat) approve();
  };
}
