/** Language and theme: two small buttons, each named by what it changes to. */

import type { ReactElement } from "react";
import { Button as AriaButton } from "react-aria-components";
import { Icon, Tip } from "../pieces";
import type { Theme } from "../theme";
import { type Language, useWords } from "../words";
import { TEXTS } from "./texts";

export interface LookProps {
  readonly language: Language;
  readonly theme: Theme;
  readonly onLanguage: (language: Language) => void;
  readonly onTheme: (theme: Theme) => void;
}

export function LookSwitches({ language, theme, onLanguage, onTheme }: LookProps): ReactElement {
  const words = useWords(TEXTS);
  const other = language === "en" ? "zh" : "en";
  const otherTheme = theme === "dark" ? "light" : "dark";
  return (
    <>
      <Tip text={words.say("shell.language")} keys="g l">
        <AriaButton className="shell-switch" onPress={() => onLanguage(other)}>
          <span lang={other === "zh" ? "zh-Hans" : "en"}>{words.say("language.other")}</span>
        </AriaButton>
      </Tip>
      <Tip text={words.say(otherTheme === "dark" ? "shell.theme.dark" : "shell.theme.light")} keys="g t">
        <AriaButton className="shell-switch" aria-label={words.say(otherTheme === "dark" ? "shell.theme.dark" : "shell.theme.light")} onPress={() => onTheme(otherTheme)}>
          <Icon name={otherTheme === "dark" ? "moon" : "sun"} />
        </AriaButton>
      </Tip>
    </>
  );
}
