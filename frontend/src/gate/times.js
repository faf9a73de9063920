// Moments by the event's clock, whatever the phone's zone; the day is named when it is not today there.
export function shortTime(iso, zone) {
  const language = document.documentElement.lang;
  const moment = new Date(iso);
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: zone });
  const isToday = day.format(moment) === day.format(new Date());
  return isToday ? clock.format(moment) : `${day.format(moment)} ${clock.format(moment)}`;
}
