// What an event's time is on the reader's own clock; pure, so that tests need no browser.

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DAY = { weekday: "short", day: "numeric", month: "short" };

/** The time as text with its place, or null when the reader's clock shows the same as the event's. */
export function timeForViewer({ start, end, zone, viewerZone, language }) {
  const locale = language === "en" ? "en-GB" : language;
  const moments = [new Date(start), new Date(end ?? start)];
  const text = (options, timeZone) => new Intl.DateTimeFormat(locale, { ...options, timeZone }).formatRange(...moments);
  const days = [...new Set([zone, viewerZone].flatMap((where) => moments.map((moment) => dayOf(moment, where))))];
  const here = text({ ...DAY, ...CLOCK }, viewerZone);
  if (here === text({ ...DAY, ...CLOCK }, zone)) return null;
  return { text: days.length === 1 ? text(CLOCK, viewerZone) : here, place: placeOf(viewerZone, locale, moments[0]) };
}

function dayOf(moment, timeZone) {
  return new Intl.DateTimeFormat("en", { dateStyle: "short", timeZone }).format(moment);
}

function placeOf(zone, locale, moment) {
  if (locale.startsWith("en") && zone.includes("/")) return zone.split("/").pop().replaceAll("_", " ");
  const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(moment);
  return parts.find(({ type }) => type === "timeZoneName").value;
}
