/** The lock of one territory: whether it has one, why, and the way to set and end it. */

import type { ReactElement } from "react";
import { operationNow } from "../live";
import { Icon, Problem, Sentence, Waiting } from "../pieces";
import { useMay } from "../session";
import { useWords } from "../words";
import { lock, useLocks, whenOf } from "./locks";
import { TEXTS } from "./texts";
import { UntilForm } from "./until-form";
import "./fixed.css";

interface Props {
  readonly territory: string;
  readonly name: string;
  readonly onDone?: () => void;
  readonly onCancel?: () => void;
}

export function TerritoryLock({ territory, name, onDone, onCancel }: Props): ReactElement {
  const words = useWords(TEXTS);
  const may = useMay("approve plans");
  const { data, error, refetch } = useLocks();
  if (data === undefined) return error === null ? <Waiting /> : <Problem error={error} onAgain={() => void refetch()} />;
  const before = data.territories.find((one) => one.territory_id === territory) ?? null;
  const done = async (): Promise<void> => {
    await refetch();
    onDone?.();
  };
  return (
    <div className="fixed-lock">
      {before !== null && (
        <p className="fixed-state">
          <Icon name="lock" size={13} />
          {words.say(before.because === "" ? "fixed.locked.plain" : "fixed.locked.why", { when: whenOf(words, before.until, operationNow()), why: before.because })}
          <span className="fixed-by">{before.by_name}</span>
        </p>
      )}
      <Sentence>{words.say("fixed.lock.about")}</Sentence>
      {may && (
        <UntilForm
          key={`${territory} ${before?.until ?? ""}`}
          before={before}
          go={words.say(before === null ? "fixed.lock.go" : "fixed.lock.again")}
          onGo={async (wanted) => {
            await lock(territory, wanted, before, words.say("fixed.locked", { name, when: whenOf(words, wanted.until, operationNow()) }));
            await done();
          }}
          {...(onCancel === undefined ? {} : { onCancel })}
          {...(before === null
            ? {}
            : {
                onEnd: {
                  title: words.say("fixed.unlock"),
                  run: async () => {
                    await lock(territory, null, before, words.say("fixed.unlocked", { name }));
                    await done();
                  },
                },
              })}
        />
      )}
    </div>
  );
}
