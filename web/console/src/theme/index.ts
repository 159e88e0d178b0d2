/** Light or dark, for who draws on a canvas and must know. Everybody else uses the tokens. */

import { createContext, useContext } from "react";
import type { Theme } from "@fieldwright/shared/theme";

export type { Theme } from "@fieldwright/shared/theme";

export const ThemeContext = createContext<Theme>("light");

export function useTheme(): Theme {
  return useContext(ThemeContext);
}
