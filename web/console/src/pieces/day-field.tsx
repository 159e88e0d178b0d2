/** A day: written or chosen in a calendar, in the language of the page whatever the browser speaks. */

import { type CalendarDate, parseDate } from "@internationalized/date";
import type { ReactElement } from "react";
import {
  Button as AriaButton,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  DateInput,
  DatePicker,
  DateSegment,
  Dialog,
  Group,
  Heading,
  Popover,
} from "react-aria-components";
import { Icon } from "./icon";

export interface DayFieldProps {
  /** What it is the day of, for who hears it; or the id of what says so. */
  readonly label?: string;
  readonly labelledBy?: string;
  readonly describedBy?: string | undefined;
  /** As YYYY-MM-DD; empty: none. */
  readonly value: string;
  readonly onChange: (day: string) => void;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
  readonly readOnly?: boolean;
  readonly invalid?: boolean;
  readonly className?: string;
}

export function DayField({ label, labelledBy, describedBy, value, onChange, min, max, readOnly = false, invalid = false, className = "" }: DayFieldProps): ReactElement {
  const named = {
    ...(label === undefined ? {} : { "aria-label": label }),
    ...(labelledBy === undefined ? {} : { "aria-labelledby": labelledBy }),
    ...(describedBy === undefined ? {} : { "aria-describedby": describedBy }),
  };
  return (
    <DatePicker
      {...named}
      className={`piece-day ${className}`}
      value={dayOf(value)}
      onChange={(next) => onChange(next?.toString() ?? "")}
      minValue={dayOf(min ?? "")}
      maxValue={dayOf(max ?? "")}
      isReadOnly={readOnly}
      isInvalid={invalid}
      shouldForceLeadingZeros
    >
      <Group className="piece-day-group">
        <DateInput className="piece-day-input">{(segment) => <DateSegment segment={segment} className="piece-day-part" />}</DateInput>
        {!readOnly && (
          <AriaButton className="piece-day-open">
            <Icon name="calendar" size={14} />
          </AriaButton>
        )}
      </Group>
      <Popover className="piece-popover">
        <Dialog className="piece-day-dialog">
          <Calendar className="piece-calendar">
            <header>
              <AriaButton slot="previous" className="piece-day-open">
                <Icon name="left" />
              </AriaButton>
              <Heading level={3} />
              <AriaButton slot="next" className="piece-day-open">
                <Icon name="right" />
              </AriaButton>
            </header>
            <CalendarGrid weekdayStyle="short">
              <CalendarGridHeader>{(day) => <CalendarHeaderCell>{day}</CalendarHeaderCell>}</CalendarGridHeader>
              <CalendarGridBody>{(day) => <CalendarCell date={day} className="piece-calendar-day" />}</CalendarGridBody>
            </CalendarGrid>
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  );
}

function dayOf(text: string): CalendarDate | null {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? parseDate(text) : null;
}
