// What a check-in point says to a ticket, without asking anybody: the same judgement as eventhub/checkin/judging.py,
// held to the same answers by tests/vectors/verdicts.json. Moments are ISO 8601 texts.
const WITHOUT_EXIT = new Set(["meal", "hand_out"]);

export function judge(ticket, point, { direction, now, ticked = null }) {
  if (!ticket) return say("unknown");
  if (ticket.event_id !== point.event_id) return say("other_event");
  if (direction === "exit") {
    return say(ticket.is_inside && !WITHOUT_EXIT.has(point.kind) ? "left" : "not_inside");
  }
  return (
    byState(ticket, point) ??
    byRight(ticket, point) ??
    byTime(ticket, point, Date.parse(now)) ??
    byUse(ticket, point, now) ??
    byDoor(ticket, point, ticked) ??
    say("admit")
  );
}

const say = (verdict, moment = null) => ({ verdict, moment });

function byState(ticket, point) {
  if (point.is_cancelled || ticket.registration_cancelled) return say("cancelled");
  return ticket.is_void || !ticket.is_current ? say("void") : null;
}

function byRight(ticket, point) {
  if (point.types && !Object.hasOwn(point.types, ticket.ticket_type ?? "")) return say("wrong_type");
  return point.booked_only && !ticket.has_booked ? say("not_booked") : null;
}

function byTime(ticket, point, now) {
  const [opensAt, closesAt] = point.types?.[ticket.ticket_type] ?? [];
  const [opens, closes] = [opensAt ?? point.opens_at, closesAt ?? point.closes_at];
  if (now < Date.parse(opens)) return say("not_yet", opens);
  return now >= Date.parse(closes) ? say("over", closes) : null;
}

// Why nobody goes in again with this ticket now: since when inside, or when it was used; else null.
export function byUse({ entered_at: entered, is_inside: isInside }, { mode, timezone }, now) {
  if (!entered || mode === "unlimited") return null;
  if (mode === "reentry") return isInside ? say("already_in", entered) : null;
  if (mode === "daily" && dayThere(entered, timezone) < dayThere(now, timezone)) return null;
  return say("used", entered);
}

function byDoor(ticket, point, ticked) {
  if (point.paid_only && ticket.owes) return say("unpaid");
  if (!point.asks) return null;
  return ticked && point.required.every((id) => ticked.includes(id)) ? null : say("ask");
}

const clocks = new Map();

// 2027-07-12, as the clocks of the zone say.
function dayThere(moment, timeZone) {
  if (!clocks.has(timeZone)) clocks.set(timeZone, new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }));
  return clocks.get(timeZone).format(Date.parse(moment));
}
