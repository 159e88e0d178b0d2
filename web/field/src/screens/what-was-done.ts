/** A tap in words. */

import type { Entry } from "../sync";
import type { FieldWords } from "../texts";

export function whatWasDone({ kind, data }: Entry, words: FieldWords): string {
  return words.say(`done.${kind}`, {
    minutes: kind === "extend" ? Math.round(Number(data.seconds) / 60) : Number(data.minutes ?? 0),
    quantity: Number(data.quantity ?? 0),
    part: String(data.part ?? ""),
    name: String(data.name ?? ""),
    text: String(data.text ?? ""),
  });
}
