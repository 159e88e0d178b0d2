/** The pages about plans come with their own piece of the program: the board does without it. */

import { lazy, type ReactElement } from "react";

const Pages = lazy(() => import("./pages").then((pages) => ({ default: pages.Pages })));

export function Page(): ReactElement {
  return <Pages />;
}
