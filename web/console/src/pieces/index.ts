/** Controls and small things that are said the same everywhere. */

import "./pieces.css";

export { Button, type ButtonProps, IconButton, type IconButtonProps, Keys, Tip, Toggle } from "./button";
export { DayField, type DayFieldProps } from "./day-field";
export { Check, Combo, Field, NumberField, type Option, Segments, Select, Switch } from "./field";
export { Icon, type IconName } from "./icon";
export { Dialog, type DialogProps, Menu, type MenuEntry, Opening, Sheet } from "./overlay";
export { Table, type TableColumn, type TableProps } from "./table";
export { Tabs, type TabOf } from "./tabs";
export { Empty, Problem, useSentenceOf, Waiting } from "./telling";
export {
  Badge,
  Person,
  PriorityMark,
  Sentence,
  Skills,
  Span,
  StateMark,
  TimeOf,
  useDutyName,
  useJobStatusName,
  useSpan,
  useStateName,
  useStatusName,
  useTargetName,
} from "./saying";
