// What an event's time is on the reader's own clock; pure, so that tests need no browser.

const FORMAT = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };

/** The time as text with its place, or null when the reader's clock shows the same as the event's. */
export function timeForViewer({ start, end, zone, viewerZone, language }) {
  const from = new Date(start);
  const to = end ? new Date(end) : from;
  const there = new Intl.DateTimeFormat(language, { ...FORMAT, timeZone: zone });
  const here = new Intl.DateTimeFormat(language, { ...FORMAT, timeZone: viewerZone });
  if (here.formatRange(from, to) === there.formatRange(from, to)) return null;
  return { text: here.formatRange(from, to), place: placeOf(viewerZone, language, from) };
}

function placeOf(zone, language, moment) {
  if (language.startsWith("en") && zone.includes("/")) return zone.split("/").pop().replaceAll("_", " ");
  const parts = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(moment);
  return parts.find(({ type }) => type === "timeZoneName").value;
}
