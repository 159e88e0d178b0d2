/** Who is signed in; time zone, language, theme, keys, and the way out. */

import { type ReactElement, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { signOut } from "@fieldwright/shared/session";
import { initials } from "@fieldwright/shared/map/day";
import { useBoardPart } from "../live";
import { useDraftKeys } from "../office/kit/drafts";
import { Button, Dialog, Icon, Opening, useSpan } from "../pieces";
import { useMe } from "../session";
import { useWords } from "../words";
import { leave } from "./leave";
import type { LookProps } from "./look-switches";
import { open } from "./open";
import { TEXTS, type ShellKey } from "./texts";
import { minutesAhead, zoneName } from "./zone";

export function UserMenu({ language, theme, onLanguage, onTheme }: LookProps): ReactElement {
  const words = useWords(TEXTS);
  const me = useMe();
  const unsaved = useDraftKeys().size;
  const [asking, setAsking] = useState(false);
  const goOut = (): void => void signOut().then(leave, leave);
  const otherTheme = theme === "dark" ? "light" : "dark";
  return (
    <>
      <Opening
        label={words.say("shell.me", { name: me.name })}
        placement="bottom end"
        trigger={
          <AriaButton className="shell-user">
            <span className="shell-user-disc" aria-hidden="true">
              {initials(me.name)}
            </span>
            <span className="shell-user-name">{me.name}</span>
            <Icon name="down" size={12} />
          </AriaButton>
        }
      >
        {(close) => (
          <div className="shell-account">
            <p className="shell-account-name">{me.name}</p>
            <p className="shell-account-role">{words.say(`shell.role.${me.role}` as ShellKey)}</p>
            <Zone />
            <hr />
            <Button kind="quiet" icon="language" onPress={() => onLanguage(language === "en" ? "zh" : "en")}>
              {words.say("language.other")}
            </Button>
            <Button kind="quiet" icon={otherTheme === "dark" ? "moon" : "sun"} onPress={() => onTheme(otherTheme)}>
              {words.say(otherTheme === "dark" ? "shell.theme.dark" : "shell.theme.light")}
            </Button>
            <Button
              kind="quiet"
              icon="keyboard"
              keys="?"
              onPress={() => {
                close();
                open("keys");
              }}
            >
              {words.say("shell.me.keys")}
            </Button>
            <hr />
            <Button kind="quiet" icon="out" onPress={() => {
                close();
                if (unsaved > 0) setAsking(true);
                else goOut();
              }}
            >
              {words.say("sign-out")}
            </Button>
          </div>
        )}
      </Opening>
      <Dialog
        title={words.say("shell.leave")}
        isOpen={asking}
        onClose={() => setAsking(false)}
        size="small"
        role="alertdialog"
        footer={
          <>
            <Button kind="quiet" onPress={() => setAsking(false)}>
              {words.say("shell.leave.stay")}
            </Button>
            <Button kind="bad" onPress={goOut}>
              {words.say("sign-out")}
            </Button>
          </>
        }
      >
        <p>{words.say("shell.leave.text", { count: unsaved })}</p>
      </Dialog>
    </>
  );
}

function Zone(): ReactElement | null {
  const words = useWords(TEXTS);
  const span = useSpan();
  const zone = useBoardPart((board) => board?.time_zone);
  if (zone === undefined) return null;
  const ahead = minutesAhead(zone);
  const named = zoneName(zone, words.language);
  return (
    <p className="shell-account-zone">
      {ahead === 0
        ? words.say("shell.me.zone", { zone: named })
        : words.say("shell.me.zone.other", {
            zone: named,
            difference: span(Math.abs(ahead) * 60),
            direction: words.say(ahead > 0 ? "shell.later" : "shell.earlier"),
          })}
    </p>
  );
}
