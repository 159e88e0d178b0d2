/** Numbers as people read them. */

import type { Language } from "@fieldwright/shared/texts";

export function kilometres(metres: number, language: Language): string {
  const km = Math.round(Math.abs(metres) / 100) / 10;
  return `${km >= 10 ? Math.round(km) : km} ${language === "zh" ? "公里" : "km"}`;
}

/** Money or cost, in the operation's own unit: the model has no currency. */
export function amount(value: number, language: Language): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  const form = new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en-GB", { minimumFractionDigits: 0, maximumFractionDigits: digits });
  const said = form.format(Math.abs(value));
  return value < 0 && said !== "0" ? `−${said}` : said;
}

/** With its sign: what a change adds or takes away. */
export function signed(value: number, said: (value: number) => string): string {
  const text = said(Math.abs(value));
  if (/^0(\D|$)/.test(text) && !/[1-9]/.test(text)) return text;
  return value < 0 ? `−${text}` : `+${text}`;
}
