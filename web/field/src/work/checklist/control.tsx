/** One question with the control that answers it. */

import { type ReactElement, type ReactNode, useId, useState } from "react";
import type { Previous } from "../../day/documents";
import { attachPhoto } from "../../sync";
import type { FieldWords } from "../../texts";
import { TakePhoto } from "../picture/take";
import { Thumbnail } from "../picture/thumbnail";
import { ScanSheet } from "../scan/sheet";
import { SignatureSheet } from "../signature/sheet";
import { complaint as complaintOf, typedNumber } from "./check";
import { type Answer, type CodeQuestion, label, type NumberQuestion, type PhotoQuestion, type Question, type TextQuestion } from "./schema";

interface Props {
  readonly words: FieldWords;
  readonly visit: string;
  /** Who will sign, as a rule. */
  readonly contact: string;
  readonly name: string;
  readonly question: Question;
  readonly title: string;
  readonly hint: string | undefined;
  readonly required: boolean;
  /** What the meter showed at an earlier visit. */
  readonly previous: Previous | undefined;
  readonly value: Answer | null;
  readonly wrong: string | null;
  readonly onChange: (value: Answer | null) => void;
}

/** What a control needs of its question's frame: ids for its name and for what is said about it. */
interface Framed<Asked extends Question = Question> extends Props {
  readonly question: Asked & Props["question"];
  readonly titleId: string;
  readonly aboutId: string;
}

export function Control(props: Props): ReactElement {
  const titleId = useId();
  const aboutId = useId();
  const framed = { ...props, titleId, aboutId };
  const { words, required, hint, wrong, title } = props;
  return (
    <div className="question" role="group" aria-labelledby={titleId} aria-describedby={aboutId}>
      <p className="question-title" id={titleId}>
        {title} {required && <span className="required">{words.say("checklist.required")}</span>}
      </p>
      {hint !== undefined && <p className="muted">{hint}</p>}
      {controlOf(framed)}
      <p className="complaint" id={aboutId} role={wrong === null ? undefined : "alert"}>
        {wrong}
      </p>
    </div>
  );
}

function controlOf(props: Framed): ReactNode {
  const { question } = props;
  switch (question["x-kind"]) {
    case "text":
      return <Text {...props} question={question} />;
    case "number":
    case "reading":
      return <Measured {...props} question={question} />;
    case "choice":
      return <Choices {...props} options={question.enum.map((one) => [one, label(question, one, props.words.language)])} />;
    case "yes_no":
      return (
        <Choices
          {...props}
          options={[
            [true, props.words.say("yes")],
            [false, props.words.say("no")],
          ]}
        />
      );
    case "photo":
      return <Photos {...props} question={question} />;
    case "signature":
      return <Signed {...props} />;
    case "code":
      return <Code {...props} question={question} />;
  }
}

function Text({ question, value, titleId, aboutId, onChange, wrong }: Framed<TextQuestion>): ReactElement {
  return (
    <textarea
      rows={2}
      aria-labelledby={titleId}
      aria-describedby={aboutId}
      aria-invalid={wrong !== null}
      value={typeof value === "string" ? value : ""}
      maxLength={question.maxLength}
     
      onChange={(event) => onChange(event.target.value === "" ? null : event.target.value)}
    />
  );
}

function Measured({ words, question, previous, value, titleId, aboutId, onChange, wrong }: Framed<NumberQuestion>): ReactElement {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? (typeof value === "number" ? String(value) : "");
  const unread = typed !== null && Number.isNaN(typedNumber(typed));
  const unit = question["x-unit"];
  const limits = [question.minimum, question.maximum];
  return (
    <>
      <span className="measured">
        <input
          inputMode={question.type === "integer" ? "numeric" : "decimal"}
          aria-labelledby={titleId}
          aria-describedby={aboutId}
          aria-invalid={unread || wrong !== null}
          autoComplete="off"
          value={shown}
         
          onChange={(event) => {
            setTyped(event.target.value);
            const number = typedNumber(event.target.value);
            if (number === null || !Number.isNaN(number)) onChange(number);
          }}
          onBlur={() => !unread && setTyped(null)}
        />
        {unit !== undefined && <span className="unit">{unit}</span>}
      </span>
      {previous !== undefined && (
        <p className="muted">
          {words.say("reading.previous", { value: String(previous.value), unit: unit ?? "", date: words.date(previous.at) })}
        </p>
      )}
      {limits.every((one) => one !== undefined) && (
        <p className="muted">{words.say("checklist.limits", { least: String(limits[0]), most: String(limits[1]), unit: unit ?? "" })}</p>
      )}
      {unread && (
        <p className="complaint" role="alert">
          {words.say("check.not-a-number")}
        </p>
      )}
    </>
  );
}

function Choices({ options, value, onChange }: Framed & { readonly options: readonly (readonly [Answer, string])[] }): ReactElement {
  return (
    <div className="choices">
      {options.map(([one, text]) => (
        <button
          key={String(one)}
          type="button"
          className="choice"
          aria-pressed={value === one}
         
          onClick={() => onChange(value === one ? null : one)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

function Photos({ words, visit, name, title, question, value, onChange }: Framed<PhotoQuestion>): ReactElement {
  const taken = Array.isArray(value) ? (value as readonly string[]) : [];
  const full = taken.length >= (question.maxItems ?? Number.POSITIVE_INFINITY);
  return (
    <>
      <ul className="thumbnails">
        {taken.map((sha256, index) => (
          <li key={sha256}>
            <Thumbnail words={words} sha256={sha256} name={`${title} ${index + 1}`} />
            <button
              type="button"
              className="quiet"
              onClick={() => {
                const rest = taken.filter((one) => one !== sha256);
                onChange(rest.length === 0 ? null : rest);
              }}
            >
              {words.say("picture.leave-out")}
            </button>
          </li>
        ))}
      </ul>
      <TakePhoto
        words={words}
        disabled={full}
        onTaken={async (photo) => {
          const sha256 = await attachPhoto(visit, photo, "photo", { field: name, caption: title.slice(0, 120) });
          if (!taken.includes(sha256)) onChange([...taken, sha256]);
        }}
      />
      {full && <p className="muted">{words.say("picture.enough", { count: taken.length })}</p>}
    </>
  );
}

function Signed({ words, visit, contact, name, title, value, onChange }: Framed): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <>
      {typeof value === "string" && <Thumbnail words={words} sha256={value} name={title} wide />}
      <button type="button" className="second" onClick={() => setOpen(true)}>
        {words.say(value === null ? "sign.go" : "sign.again")}
      </button>
      {open && (
        <SignatureSheet
          words={words}
          title={title}
          name={contact}
          onSigned={async (picture, who) => onChange(await attachPhoto(visit, picture, "signature", { field: name, caption: who }))}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function Code({ words, question, title, value, onChange }: Framed<CodeQuestion>): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <>
      {value !== null && <p className="code-read">{String(value)}</p>}
      <button type="button" className="second" onClick={() => setOpen(true)}>
        {words.say(value === null ? "scan.go" : "scan.again")}
      </button>
      {open && (
        <ScanSheet
          words={words}
          title={title}
          formats={question["x-formats"] ?? []}
          complaint={(code) => {
            const wrong = complaintOf(question, code);
            return wrong === null ? null : words.say("scan.wrong", { code });
          }}
          onCode={(code) => {
            onChange(code);
            setOpen(false);
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
