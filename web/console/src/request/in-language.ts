/** The path, for answers whose sentences are in the language of the page. */
export function inLanguage(path: string): string {
  return `${path}?language=${document.documentElement.lang.startsWith("zh") ? "zh" : "en"}`;
}
