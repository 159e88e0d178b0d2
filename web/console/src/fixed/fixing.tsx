/** On the board: what is fixed now, as chips, and the commands to freeze the plan and to lock a territory. */

import { type ReactElement, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useCommand } from "../commands";
import { operationNow, useBoardPart } from "../live";
import { tell } from "../notices";
import { Dialog, Icon, Problem, Select, Sentence, Tip, useSentenceOf, Waiting } from "../pieces";
import { useFilter } from "../select";
import { useMay } from "../session";
import { useWords } from "../words";
import { freeze, useLocks, whenOf } from "./locks";
import { TerritoryLock } from "./territory-lock";
import { TEXTS } from "./texts";
import { UntilForm } from "./until-form";
import "./fixed.css";

type Open = { readonly what: "freeze" } | { readonly what: "lock"; readonly territory: string } | null;

export function Fixing(): ReactElement {
  const words = useWords(TEXTS);
  const sentence = useSentenceOf();
  const may = useMay("approve plans");
  const territories = useBoardPart((board) => board?.territories) ?? [];
  const { territories: looked } = useFilter();
  const { data, error, refetch } = useLocks();
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  const fence = data?.fence ?? null;
  const now = operationNow();
  const first = territories.find((one) => looked.includes(one.id)) ?? territories[0];
  useCommand({ id: "board.freeze", title: TEXTS["fixed.freeze"], key: "k f", when: () => may, run: () => setOpen({ what: "freeze" }) });
  useCommand({ id: "board.thaw", title: TEXTS["fixed.thaw"], when: () => may && fence !== null, run: () => void freeze(null, fence, words.say("fixed.thawed")).catch((error: unknown) => tell(sentence(error), { tone: "bad" })) });
  useCommand({ id: "board.lock", title: TEXTS["fixed.lock"], key: "k l", when: () => may && first !== undefined, run: () => first !== undefined && setOpen({ what: "lock", territory: first.id }) });

  const shown = open?.what === "lock" ? territories.find((one) => one.id === open.territory) : undefined;
  return (
    <>
      {fence !== null && (
        <Chip tip={fence.because === "" ? words.say("fixed.frozen", { when: whenOf(words, fence.until, now) }) : fence.because} onPress={() => setOpen({ what: "freeze" })}>
          {words.say("fixed.frozen.chip", { when: whenOf(words, fence.until, now) })}
        </Chip>
      )}
      {data?.territories.map((one) => {
        const name = territories.find((territory) => territory.id === one.territory_id)?.name;
        return name === undefined ? null : (
          <Chip key={one.territory_id} tip={one.because === "" ? words.say("fixed.lock.about") : one.because} onPress={() => setOpen({ what: "lock", territory: one.territory_id })}>
            {words.say("fixed.locked", { name, when: whenOf(words, one.until, now) })}
          </Chip>
        );
      })}
      <Dialog title={words.say("fixed.freeze.title")} isOpen={open?.what === "freeze"} onClose={close}>
        <div className="fixed-lock">
          <Sentence>{words.say("fixed.freeze.about")}</Sentence>
          {data === undefined ? (
            error === null ? <Waiting /> : <Problem error={error} onAgain={() => void refetch()} />
          ) : (
            <UntilForm
              key={fence?.until ?? ""}
              before={fence}
              go={words.say("fixed.freeze.go")}
              onCancel={close}
              onGo={async (wanted) => {
                await freeze(wanted, fence, words.say("fixed.frozen", { when: whenOf(words, wanted.until, now) }));
                close();
              }}
              {...(fence === null
                ? {}
                : {
                    onEnd: {
                      title: words.say("fixed.thaw"),
                      run: async () => {
                        await freeze(null, fence, words.say("fixed.thawed"));
                        close();
                      },
                    },
                  })}
            />
          )}
        </div>
      </Dialog>
      <Dialog title={words.say("fixed.lock.title")} isOpen={shown !== undefined} onClose={close}>
        {shown !== undefined && (
          <div className="fixed-lock">
            <Select label={words.say("fixed.lock.territory")} options={territories.map(({ id, name }) => ({ id, label: name }))} value={shown.id} onChange={(territory) => setOpen({ what: "lock", territory })} />
            <TerritoryLock territory={shown.id} name={shown.name} onDone={close} onCancel={close} />
          </div>
        )}
      </Dialog>
    </>
  );
}

function Chip({ tip, onPress, children }: { readonly tip: string; readonly onPress: () => void; readonly children: string }): ReactElement {
  return (
    <Tip text={tip}>
      <AriaButton className="fixed-chip" onPress={onPress}>
        <Icon name="lock" size={12} />
        {children}
      </AriaButton>
    </Tip>
  );
}
