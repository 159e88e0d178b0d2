/** Taking something back with one request. What cannot go back is said, each in a sentence of the server's. */

import { live } from "../live";
import { tell } from "../notices";
import { change, inLanguage, type Method, Refused } from "../request";

export interface Kept {
  readonly method: Method;
  readonly path: string;
  readonly body?: unknown;
}

interface Stays {
  readonly sentence: string;
}

/** Send it. Throws the refusal where nothing went back, after its reasons were said. */
export async function takeBack({ method, path, body }: Kept): Promise<void> {
  try {
    const answer = await change<{ readonly could_not?: readonly Stays[] } | null>(method, inLanguage(path), body);
    say(answer.body?.could_not);
  } catch (error) {
    if (error instanceof Refused) say(error.problem.could_not);
    throw error;
  } finally {
    live.hurry();
  }
}

function say(stays: unknown): void {
  if (!Array.isArray(stays)) return;
  for (const one of stays as readonly Partial<Stays>[]) if (typeof one.sentence === "string") tell(one.sentence, { tone: "bad" });
}
