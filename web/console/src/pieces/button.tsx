/** What is pressed. */

import type { ReactElement, ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaProps, OverlayArrow, ToggleButton, Tooltip, TooltipTrigger } from "react-aria-components";
import { caps } from "../commands";
import { Icon, type IconName } from "./icon";

export interface ButtonProps extends Omit<AriaProps, "children" | "className" | "style"> {
  readonly children: ReactNode;
  /** `main`: the one next step; `quiet`: without a border; `bad`: takes something away. */
  readonly kind?: "plain" | "main" | "quiet" | "bad";
  readonly size?: "small" | "normal" | "large";
  readonly icon?: IconName;
  /** The key that does the same, shown in the button. */
  readonly keys?: string;
  readonly waiting?: boolean;
  readonly className?: string;
}

export function Button({ children, kind = "plain", size = "normal", icon, keys, waiting = false, className = "", ...rest }: ButtonProps): ReactElement {
  return (
    <AriaButton {...rest} isPending={waiting} className={`piece-button ${kind} ${size} ${className}`} data-waiting={waiting || undefined}>
      {icon !== undefined && <Icon name={icon} />}
      <span className="piece-button-text">{children}</span>
      {keys !== undefined && <Keys keys={keys} />}
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<AriaProps, "children" | "className" | "style"> {
  /** What it does: its name, and its tip. */
  readonly label: string;
  readonly icon: IconName;
  readonly keys?: string;
  readonly size?: "small" | "normal";
  readonly className?: string;
}

/** A button that is a sign alone; its tip says what it does, and with which key. */
export function IconButton({ label, icon, keys, size = "normal", className = "", ...rest }: IconButtonProps): ReactElement {
  return (
    <Tip text={label} {...(keys === undefined ? {} : { keys })}>
      <AriaButton {...rest} aria-label={label} className={`piece-icon-button ${size} ${className}`}>
        <Icon name={icon} />
      </AriaButton>
    </Tip>
  );
}

/** A button that stays pressed. */
export function Toggle({ label, icon, children, isSelected, onChange }: {
  readonly label: string;
  readonly icon?: IconName;
  readonly children?: ReactNode;
  readonly isSelected: boolean;
  readonly onChange: (yes: boolean) => void;
}): ReactElement {
  return (
    <Tip text={label}>
      <ToggleButton aria-label={label} className="piece-toggle" isSelected={isSelected} onChange={onChange}>
        {icon !== undefined && <Icon name={icon} />}
        {children}
      </ToggleButton>
    </Tip>
  );
}

/** Says more of what can be focused: on hover after a moment, and on focus. */
export function Tip({ text, keys, children }: { readonly text: ReactNode; readonly keys?: string; readonly children: ReactElement }): ReactElement {
  return (
    <TooltipTrigger delay={500} closeDelay={80}>
      {children}
      <Tooltip className="piece-tip" offset={6}>
        <OverlayArrow />
        {text}
        {keys !== undefined && <Keys keys={keys} />}
      </Tooltip>
    </TooltipTrigger>
  );
}

/** A key, drawn as its caps. Who hears the page hears the key of the command elsewhere. */
export function Keys({ keys }: { readonly keys: string }): ReactElement {
  return (
    <span className="piece-keys" aria-hidden="true">
      {caps(keys).map((cap, index) => (
        <kbd key={index}>{cap}</kbd>
      ))}
    </span>
  );
}
