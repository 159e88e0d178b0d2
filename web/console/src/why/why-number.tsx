/** A number that answers "why": on hover or focus the sentence, on a press the line of the scorecard it stands on. */

import type { ReactElement, ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components";
import { Opening, Tip } from "../pieces";
import "./why.css";

interface Props {
  readonly children: ReactNode;
  /** What the number is called, for who hears it: "Driving". */
  readonly name: string;
  readonly sentence: string;
  /** What it is made of; without it, the sentence alone. */
  readonly line?: ReactNode;
}

export function WhyNumber({ children, name, sentence, line }: Props): ReactElement {
  return (
    <Opening
      label={name}
      className="why-opening"
      trigger={
        <Tip text={sentence}>
          <AriaButton className="why-number">
            {children}
            <span className="visually-hidden">, {name}</span>
          </AriaButton>
        </Tip>
      }
    >
      <div className="why-line">
        <p>{sentence}</p>
        {line}
      </div>
    </Opening>
  );
}
