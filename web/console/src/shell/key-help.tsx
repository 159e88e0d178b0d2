/** All keys that do something now, by where they belong. */

import type { ReactElement } from "react";
import { registry, useCommands } from "../commands";
import { Dialog, Keys } from "../pieces";
import { useWords } from "../words";
import { groupName } from "./groups";
import { open, useOpened } from "./open";
import { TEXTS } from "./texts";

export function KeyHelp(): ReactElement {
  const words = useWords(TEXTS);
  const shown = useOpened() === "keys";
  useCommands();
  const groups = new Map<string, { readonly title: string; readonly key: string; readonly id: string }[]>();
  if (shown) {
    for (const command of registry.all()) {
      if (command.key === undefined) continue;
      const name = groupName(command, words);
      groups.set(name, [...(groups.get(name) ?? []), { title: command.title[words.language], key: command.key, id: command.id }]);
    }
  }
  return (
    <Dialog title={words.say("shell.keys.title")} isOpen={shown} onClose={() => open(null)} size="large" footer={<p className="shell-keys-hint">{words.say("shell.keys.hint")} <Keys keys="ctrl+k" /></p>}>
      <div className="shell-keys">
        {[...groups].map(([name, commands]) => (
          <section key={name}>
            <h3>{name}</h3>
            <dl>
              {commands.map(({ id, title, key }) => (
                <div key={id}>
                  <dt>{title}</dt>
                  <dd>
                    <span className="visually-hidden">{key}</span>
                    <Keys keys={key} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
