/** What is written and chosen: a label above, a hint or what is wrong below. */

import type { ReactElement, ReactNode } from "react";
import {
  Button as AriaButton,
  Checkbox,
  ComboBox,
  FieldError,
  Group,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  NumberField as AriaNumber,
  Popover,
  Radio,
  RadioGroup,
  Select as AriaSelect,
  SelectValue,
  Switch as AriaSwitch,
  Text,
  TextArea as AriaArea,
  TextField,
  type TextFieldProps,
} from "react-aria-components";
import { Icon } from "./icon";

interface Common {
  readonly label: string;
  /** The label is there for who hears it alone. */
  readonly hideLabel?: boolean;
  readonly hint?: ReactNode;
  /** What is wrong with what was written; it is said and shown. */
  readonly error?: string | null | undefined;
  readonly className?: string;
}

export interface FieldProps extends Common, Omit<TextFieldProps, "children" | "className" | "style" | "isInvalid"> {
  readonly placeholder?: string;
  /** Lines; more than one make it a text area. */
  readonly rows?: number;
}

/** One line of text, or several with `rows`. */
export function Field({ label, hideLabel = false, hint, error, className = "", placeholder, rows = 1, ...rest }: FieldProps): ReactElement {
  return (
    <TextField {...rest} {...wrong(error)} className={`piece-field ${className}`}>
      <Label className={hideLabel ? "visually-hidden" : "piece-label"}>{label}</Label>
      {rows > 1 ? (
        <AriaArea className="piece-input area" rows={rows} placeholder={placeholder ?? ""} />
      ) : (
        <Input className="piece-input" placeholder={placeholder ?? ""} />
      )}
      <Below hint={hint} error={error} />
    </TextField>
  );
}

/**
 * What somebody else found wrong, such as the server, must not keep the form from being sent again once it was mended:
 * the browser's own way would, so that it is left to what the browser can judge, such as that something is missing.
 */
function wrong(error: string | null | undefined): { isInvalid: boolean; validationBehavior: "aria" | "native" } {
  const isInvalid = error != null && error !== "";
  return { isInvalid, validationBehavior: isInvalid ? "aria" : "native" };
}

function Below({ hint, error }: { readonly hint: ReactNode; readonly error: string | null | undefined }): ReactElement {
  return (
    <>
      {hint !== undefined && (
        <Text slot="description" className="piece-hint">
          {hint}
        </Text>
      )}
      <FieldError className="piece-error">{error}</FieldError>
    </>
  );
}

export interface NumberFieldProps extends Common {
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly minValue?: number;
  readonly maxValue?: number;
  /** How it is written, such as with how many decimals. */
  readonly formatOptions?: Intl.NumberFormatOptions;
  readonly step?: number;
  /** Stands after the number, such as "min". */
  readonly unit?: string;
  readonly isDisabled?: boolean;
}

export function NumberField({ label, hideLabel = false, hint, error, className = "", unit, ...rest }: NumberFieldProps): ReactElement {
  return (
    <AriaNumber {...rest} {...wrong(error)} className={`piece-field ${className}`}>
      <Label className={hideLabel ? "visually-hidden" : "piece-label"}>{label}</Label>
      <Group className="piece-number">
        <Input className="piece-input" />
        {unit !== undefined && <span className="piece-unit">{unit}</span>}
        <AriaButton slot="decrement" className="piece-step">
          <Icon name="minus" size={12} />
        </AriaButton>
        <AriaButton slot="increment" className="piece-step">
          <Icon name="plus" size={12} />
        </AriaButton>
      </Group>
      <Below hint={hint} error={error} />
    </AriaNumber>
  );
}

export interface Option<Id extends string = string> {
  readonly id: Id;
  readonly label: string;
  /** Said below the label, smaller. */
  readonly detail?: string;
  /** Stands before the label. */
  readonly mark?: ReactNode;
}

export interface SelectProps<Id extends string> extends Common {
  readonly options: readonly Option<Id>[];
  readonly value: Id | null;
  readonly onChange: (id: Id) => void;
  readonly placeholder?: string;
  readonly isDisabled?: boolean;
}

/** One of a few. */
export function Select<Id extends string>({ label, hideLabel = false, hint, error, className = "", options, value, onChange, placeholder = "", isDisabled = false }: SelectProps<Id>): ReactElement {
  return (
    <AriaSelect
      className={`piece-field ${className}`}
      selectedKey={value}
      onSelectionChange={(key) => key !== null && onChange(key as Id)}
      placeholder={placeholder}
      isDisabled={isDisabled}
      {...wrong(error)}
    >
      <Label className={hideLabel ? "visually-hidden" : "piece-label"}>{label}</Label>
      <AriaButton className="piece-select">
        <SelectValue className="piece-select-value">{({ defaultChildren, selectedText }) => selectedText || defaultChildren}</SelectValue>
        <Icon name="down" />
      </AriaButton>
      <Below hint={hint} error={error} />
      <Popover className="piece-popover" offset={4}>
        <Options options={options} />
      </Popover>
    </AriaSelect>
  );
}

function Options({ options }: { readonly options: readonly Option[] }): ReactElement {
  return (
    <ListBox className="piece-options">
      {options.map((one) => (
        <ListBoxItem key={one.id} id={one.id} textValue={one.label} className="piece-option">
          {one.mark}
          <span className="piece-option-text">
            <Text slot="label">{one.label}</Text>
            {one.detail !== undefined && (
              <Text slot="description" className="piece-option-detail">
                {one.detail}
              </Text>
            )}
          </span>
          <Icon name="check" />
        </ListBoxItem>
      ))}
    </ListBox>
  );
}

export interface ComboProps<Id extends string> extends Common {
  readonly options: readonly Option<Id>[];
  readonly value: Id | null;
  readonly onChange: (id: Id | null) => void;
  /** What is written; with `onInput`, the options are found elsewhere (as on the server) and not filtered here. */
  readonly input?: string;
  readonly onInput?: (text: string) => void;
  readonly placeholder?: string;
  readonly isDisabled?: boolean;
  /** What the list says where nothing fits. */
  readonly empty?: string;
}

/** One of many: found by writing. */
export function Combo<Id extends string>({ label, hideLabel = false, hint, error, className = "", options, value, onChange, input, onInput, placeholder, isDisabled = false, empty }: ComboProps<Id>): ReactElement {
  const elsewhere = onInput === undefined ? {} : { inputValue: input ?? "", onInputChange: onInput, items: options as Iterable<object> };
  return (
    <ComboBox
      {...elsewhere}
      {...(onInput === undefined ? {} : { defaultFilter: () => true })}
      className={`piece-field ${className}`}
      selectedKey={value}
      onSelectionChange={(key) => onChange(key as Id | null)}
      isDisabled={isDisabled}
      {...wrong(error)}
      allowsEmptyCollection
      menuTrigger="input"
    >
      <Label className={hideLabel ? "visually-hidden" : "piece-label"}>{label}</Label>
      <Group className="piece-combo">
        <Input className="piece-input" placeholder={placeholder ?? ""} />
        <AriaButton className="piece-step">
          <Icon name="down" />
        </AriaButton>
      </Group>
      <Below hint={hint} error={error} />
      <Popover className="piece-popover" offset={4}>
        <ListBox className="piece-options" renderEmptyState={() => <p className="piece-nothing">{empty ?? "–"}</p>}>
          {options.map((one) => (
            <ListBoxItem key={one.id} id={one.id} textValue={one.label} className="piece-option">
              {one.mark}
              <span className="piece-option-text">
                <Text slot="label">{one.label}</Text>
                {one.detail !== undefined && (
                  <Text slot="description" className="piece-option-detail">
                    {one.detail}
                  </Text>
                )}
              </span>
              <Icon name="check" />
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

interface YesNo {
  readonly children: ReactNode;
  readonly isSelected: boolean;
  readonly onChange: (yes: boolean) => void;
  readonly isDisabled?: boolean;
  readonly isIndeterminate?: boolean;
}

export function Check({ children, isIndeterminate = false, ...rest }: YesNo): ReactElement {
  return (
    <Checkbox {...rest} isIndeterminate={isIndeterminate} className="piece-check">
      <span className="piece-box" aria-hidden="true">
        <Icon name={isIndeterminate ? "minus" : "check"} size={12} />
      </span>
      {children}
    </Checkbox>
  );
}

export function Switch({ children, isSelected, onChange, isDisabled = false }: YesNo): ReactElement {
  return (
    <AriaSwitch isSelected={isSelected} onChange={onChange} isDisabled={isDisabled} className="piece-switch">
      <span className="piece-track" aria-hidden="true" />
      {children}
    </AriaSwitch>
  );
}

/** One of two to five that all can be seen. */
export function Segments<Id extends string>({ label, options, value, onChange }: {
  readonly label: string;
  readonly options: readonly Option<Id>[];
  readonly value: Id;
  readonly onChange: (id: Id) => void;
}): ReactElement {
  return (
    <RadioGroup aria-label={label} value={value} onChange={(id) => onChange(id as Id)} orientation="horizontal" className="piece-segments">
      {options.map((one) => (
        <Radio key={one.id} value={one.id} className="piece-segment">
          {one.mark}
          {one.label}
        </Radio>
      ))}
    </RadioGroup>
  );
}
