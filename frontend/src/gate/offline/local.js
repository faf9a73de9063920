// The verdict of the phone itself: what the server would say, as far as the list and this phone's own scans tell.
import { byUse, judge } from "../judge.js";
import { toBase64 } from "./bytes.js";
import { verifyCode } from "./code.js";
import { openSealed } from "./manifest.js";

// With these the door has a question of its own: who of a party goes through.
const OPEN = new Set(["admit", "ask", "already_in", "left", "not_inside"]);
const UNKNOWN = { verdict: "unknown", moment: null };

// Gives { verdict, moment (ISO or null), ticket, signed, gate, person, note, party }: `ticket` is the lookup and `signed`
// the ticket of a good code that is not on the list, both null for a foreign one; `gate` where the moment was, `person`
// the opened record or null, `note` "unlisted" or "", `party` its people or null. `now` in ms by the server's clock.
export async function decide({ code, direction, ticked = null, now }, list) {
  const claim = await verifyCode(code, list.keys);
  if (!claim) return { ...UNKNOWN, ...NOTHING };
  const signed = toBase64(claim.ticketId);
  if (claim.event !== list.head.event) return { verdict: "other_event", moment: null, ...NOTHING, signed };
  const ticket = await list.lookupOf(claim);
  const entry = list.entry(ticket);
  if (!entry) return { ...NOTHING, ticket, signed, ...unlisted(ticket, { direction, ticked, now }, list), note: "unlisted" };
  const said = judged(list.factsOf(ticket, entry, claim), { ticket, direction, ticked, now }, list);
  const person = await openSealed(entry.sealed, claim.raw, list.salt);
  const party = person?.p && OPEN.has(said.verdict) ? partyOf(person.p, { direction, now }, list) : null;
  return { ...NOTHING, ticket, person, party, ...said, gate: said.moment ? list.stateOf(ticket).gate : null };
}

const NOTHING = { ticket: null, signed: null, gate: null, person: null, note: "", party: null };

// One person of a party, chosen by name: the same verdict without a code.
export function decideOf(ticket, { direction, ticked = null, now }, list) {
  const said = judged(list.factsOf(ticket, list.entry(ticket)), { ticket, direction, ticked, now }, list);
  return { ...NOTHING, ticket, ...said, gate: said.moment ? list.stateOf(ticket).gate : null };
}

// The type, the booking and the debt of a ticket that is not on the list are not known: where they decide, it waits.
function unlisted(ticket, asked, list) {
  const { types, booked_only: bookedOnly, paid_only: paidOnly } = list.head.point;
  const isOpen = list.head.unlisted === "admit" && !types && !bookedOnly && !paidOnly;
  if (!isOpen && asked.direction === "entry") return UNKNOWN;
  const said = judged(list.factsOf(ticket, null), { ticket, ...asked }, list);
  return { ...said, gate: said.moment ? list.stateOf(ticket).gate : null };
}

function judged(facts, { ticket, direction, ticked, now }, list) {
  return judge(facts, list.head.point, { direction, now: momentOf(ticket, now, list), ticked });
}

const momentOf = (ticket, now, list) => new Date(list.timeOf(ticket, now)).toISOString();

// [{ ticket, name, isYoung, isAdult, mayLeaveAlone, verdict, moment, canGo, isInside, cameAt }], the adult first;
// `mayLeaveAlone` is null for adults, `cameAt` (ISO) is null for who was never here or may come again.
function partyOf(people, { direction, now }, list) {
  return people.map(([ticket, name, young, alone = null], index) => {
    // What is asked at the door is asked once, of all together.
    const ticked = list.head.point.required;
    const { verdict, moment } = decideOf(ticket, { direction, ticked, now }, list);
    const canGo = verdict === "admit" || verdict === "left";
    const who = { isYoung: young === 1, isAdult: index === 0, mayLeaveAlone: alone === null ? null : alone === 1 };
    const facts = list.factsOf(ticket, list.entry(ticket));
    const cameAt = byUse(facts, list.head.point, momentOf(ticket, now, list))?.moment ?? null;
    return { ticket, name, ...who, verdict, moment, canGo, isInside: facts.is_inside, cameAt };
  });
}

// Whether the adult who must be with the young ones comes too, or is there: as eventhub/checkin/parties.py.
export function isAccompanied(party, chosen, direction) {
  if (direction !== "entry") return true;
  const comes = party.some(({ ticket, isAdult, cameAt }) => isAdult && (chosen.has(ticket) || cameAt !== null));
  return comes || !party.some(({ ticket, isYoung }) => isYoung && chosen.has(ticket));
}
