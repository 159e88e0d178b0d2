/** What was just done, at the foot of the page. */

import type { ReactElement } from "react";
import { closeNotice, useNotices } from "../notices";
import { Button, Icon, IconButton } from "../pieces";
import { useWords } from "../words";
import { TEXTS } from "./texts";

export function Notices(): ReactElement {
  const words = useWords(TEXTS);
  const notices = useNotices();
  return (
    <section className="shell-notices" aria-label={words.say("shell.notices")} aria-live="polite">
      {notices.map(({ id, text, tone, action }) => (
        <div key={id} className={`shell-notice ${tone}`} role={tone === "bad" ? "alert" : undefined}>
          <Icon name={tone === "bad" ? "urgent" : "check"} />
          <p>{text}</p>
          {action !== undefined && (
            <Button
              size="small"
              onPress={() => {
                closeNotice(id);
                action.run();
              }}
            >
              {action.title}
            </Button>
          )}
          <IconButton icon="close" size="small" label={words.say("shell.notice.close")} onPress={() => closeNotice(id)} />
        </div>
      ))}
    </section>
  );
}
