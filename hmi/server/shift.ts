const shiftStartsAtHours = [22, 14, 6];

/** Start of the shift that an instant falls in, by the clock of this machine: shifts begin at 6, 14 and 22 o'clock. */
export function shiftStart(at: Date): Date {
  const start = new Date(at);
  start.setMinutes(0, 0, 0);
  const hour = shiftStartsAtHours.find((from) => from <= at.getHours());
  if (hour !== undefined) start.setHours(hour);
  else start.setHours(-2); // before 6 o'clock: 22 o'clock of the day before
  return start;
}
