/** The bar under the thumb: what a screen wants to be tapped stands there, above the tabs, wherever one has scrolled. */

import { createContext, type ReactElement, type ReactNode, useContext } from "react";
import { createPortal } from "react-dom";

/** Where the bar is; null until the shell stands. */
export const BarPlace = createContext<HTMLElement | null>(null);

export function Bar({ children }: { readonly children: ReactNode }): ReactElement | null {
  const place = useContext(BarPlace);
  return place === null ? null : createPortal(<div className="bar">{children}</div>, place);
}
