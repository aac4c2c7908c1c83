/** How a moment is written: day and minute, with the zone's name, in the calendar that banks use. */
export const TIME_PARTS = {
  calendar: "gregory",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
} as const satisfies Intl.DateTimeFormatOptions;
