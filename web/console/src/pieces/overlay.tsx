/** What comes before the page: dialogs, sheets from the side, menus, popovers. */

import type { ReactElement, ReactNode } from "react";
import {
  Dialog as AriaDialog,
  DialogTrigger,
  Heading,
  Menu as AriaMenu,
  MenuItem,
  MenuTrigger,
  Modal,
  ModalOverlay,
  Popover as AriaPopover,
  Separator,
  Text,
} from "react-aria-components";
import { useWords } from "../words";
import { IconButton, Keys } from "./button";
import { Icon, type IconName } from "./icon";
import { TEXTS } from "./texts";

export interface DialogProps {
  readonly title: ReactNode;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** The buttons, the main one last. */
  readonly footer?: ReactNode;
  readonly size?: "small" | "normal" | "large";
  /** It must be answered: neither Escape nor a click beside it closes it. */
  readonly mustAnswer?: boolean;
  readonly role?: "dialog" | "alertdialog";
  readonly className?: string;
}

/** In the middle; what is behind it waits. */
export function Dialog({ title, isOpen, onClose, children, footer, size = "normal", mustAnswer = false, role = "dialog", className = "" }: DialogProps): ReactElement {
  return (
    <ModalOverlay className="piece-shade" isOpen={isOpen} onOpenChange={(yes) => !yes && onClose()} isDismissable={!mustAnswer} isKeyboardDismissDisabled={mustAnswer}>
      <Modal className={`piece-dialog ${size} ${className}`}>
        <Framed title={title} onClose={mustAnswer ? null : onClose} footer={footer} role={role}>
          {children}
        </Framed>
      </Modal>
    </ModalOverlay>
  );
}

/** From the right side, as high as the page: for long forms and documents. */
export function Sheet({ title, isOpen, onClose, children, footer, size = "normal", className = "" }: DialogProps): ReactElement {
  return (
    <ModalOverlay className="piece-shade side" isOpen={isOpen} onOpenChange={(yes) => !yes && onClose()} isDismissable>
      <Modal className={`piece-sheet ${size} ${className}`}>
        <Framed title={title} onClose={onClose} footer={footer} role="dialog">
          {children}
        </Framed>
      </Modal>
    </ModalOverlay>
  );
}

function Framed({ title, onClose, footer, role, children }: {
  readonly title: ReactNode;
  readonly onClose: (() => void) | null;
  readonly footer: ReactNode;
  readonly role: "dialog" | "alertdialog";
  readonly children: ReactNode;
}): ReactElement {
  const words = useWords(TEXTS);
  return (
    <AriaDialog role={role} className="piece-framed">
      <header className="piece-framed-head">
        <Heading slot="title" level={2}>
          {title}
        </Heading>
        {onClose !== null && <IconButton icon="close" label={words.say("piece.close")} keys="esc" onPress={onClose} />}
      </header>
      <div className="piece-framed-body">{children}</div>
      {footer !== undefined && <footer className="piece-framed-foot">{footer}</footer>}
    </AriaDialog>
  );
}

export interface MenuEntry {
  readonly id: string;
  readonly title: string;
  readonly detail?: string;
  readonly icon?: IconName;
  readonly keys?: string;
  readonly isDisabled?: boolean;
  /** Takes something away. */
  readonly bad?: boolean;
  readonly run: () => void;
}

/** A button that opens a list of things to do. A `null` is a line between. */
export function Menu({ trigger, entries, label, placement = "bottom start" }: {
  readonly trigger: ReactElement;
  readonly entries: readonly (MenuEntry | null)[];
  readonly label: string;
  readonly placement?: "bottom start" | "bottom end" | "top start" | "top end";
}): ReactElement {
  return (
    <MenuTrigger>
      {trigger}
      <AriaPopover className="piece-popover" offset={4} placement={placement}>
        <AriaMenu className="piece-menu" aria-label={label}>
          {entries.map((one, index) =>
            one === null ? (
              <Separator key={index} className="piece-line" />
            ) : (
              <MenuItem key={one.id} id={one.id} textValue={one.title} isDisabled={one.isDisabled ?? false} onAction={one.run} className={`piece-option ${one.bad === true ? "bad" : ""}`}>
                {one.icon !== undefined && <Icon name={one.icon} />}
                <span className="piece-option-text">
                  <Text slot="label">{one.title}</Text>
                  {one.detail !== undefined && (
                    <Text slot="description" className="piece-option-detail">
                      {one.detail}
                    </Text>
                  )}
                </span>
                {one.keys !== undefined && <Keys keys={one.keys} />}
              </MenuItem>
            ),
          )}
        </AriaMenu>
      </AriaPopover>
    </MenuTrigger>
  );
}

/** A button that opens a small panel. */
export function Opening({ trigger, label, children, className = "", placement = "bottom start" }: {
  readonly trigger: ReactElement;
  readonly label: string;
  readonly children: ReactNode | ((close: () => void) => ReactNode);
  readonly className?: string;
  readonly placement?: "bottom start" | "bottom end" | "top start" | "top end";
}): ReactElement {
  return (
    <DialogTrigger>
      {trigger}
      <AriaPopover className={`piece-popover ${className}`} offset={4} placement={placement}>
        <AriaDialog aria-label={label} className="piece-opening">
          {({ close }) => (typeof children === "function" ? children(close) : children)}
        </AriaDialog>
      </AriaPopover>
    </DialogTrigger>
  );
}
