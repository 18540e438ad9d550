import i18next from 'i18next';

/** Local time of day, with seconds. */
export function clock(instant: string | number): string {
  return new Intl.DateTimeFormat(i18next.language, { timeStyle: 'medium', hourCycle: 'h23' }).format(new Date(instant));
}

/** Local hour and minute. */
export function hourMinute(instant: string | number): string {
  return new Intl.DateTimeFormat(i18next.language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    new Date(instant),
  );
}

/** Local day and month. */
export function dayMonth(instant: string | number): string {
  return new Intl.DateTimeFormat(i18next.language, { day: 'numeric', month: 'short' }).format(new Date(instant));
}

/** Local date. */
export function dateOnly(instant: string | number): string {
  return new Intl.DateTimeFormat(i18next.language, { dateStyle: 'medium' }).format(new Date(instant));
}

/** Local date and time. */
export function dateTime(instant: string | number): string {
  return new Intl.DateTimeFormat(i18next.language, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
  }).format(new Date(instant));
}

const instants = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g;

/** A text of another process with its instants (ISO 8601 UTC) as local date and time. */
export function withLocalTimes(text: string): string {
  return text.replaceAll(instants, (instant) => dateTime(instant));
}

/** A duration as a person says it: 840 ms, 2.4 s, 3 min. */
export function duration(ms: number): string {
  const unit = ms < 1000 ? 'millisecond' : ms < 120_000 ? 'second' : ms < 7_200_000 ? 'minute' : 'hour';
  const size = { millisecond: 1, second: 1000, minute: 60_000, hour: 3_600_000 }[unit];
  const digits = unit === 'second' && ms < 10_000 ? 1 : 0;
  return new Intl.NumberFormat(i18next.language, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(ms / size);
}

export function percent(share: number): string {
  return new Intl.NumberFormat(i18next.language, { style: 'percent', maximumFractionDigits: 1 }).format(share);
}

/** Whole percent, never rounded up to a limit that was not reached. */
export function percentDown(share: number): string {
  // 0.29 * 100 is a little less than 29.
  return percent(Math.floor(share * 100 + 1e-9) / 100);
}

export function plainNumber(value: number, digits = 2): string {
  return new Intl.NumberFormat(i18next.language, { maximumFractionDigits: digits }).format(value);
}
