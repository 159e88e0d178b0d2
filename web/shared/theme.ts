/** Light or dark: as it was chosen here, else as the system says. */

export type Theme = "light" | "dark";

const KEPT = "fieldwright.theme";
const DARK = matchMedia("(prefers-color-scheme: dark)");

export function firstTheme(): Theme {
  const kept = localStorage.getItem(KEPT);
  if (kept === "light" || kept === "dark") return kept;
  return DARK.matches ? "dark" : "light";
}

export function showTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}

export function keepTheme(theme: Theme): void {
  localStorage.setItem(KEPT, theme);
  showTheme(theme);
}

/** The colour that a custom property of tokens.css has now, for what is drawn on a canvas. */
export function token(name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
