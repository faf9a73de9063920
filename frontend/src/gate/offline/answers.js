// What this phone has decided, in the form in which the server answers a scan.
export function answerOf(scan, said, list, app) {
  return {
    scan_id: scan.scan_id,
    verdict: scan.verdict,
    direction: scan.direction,
    scanned_at: new Date(scan.time).toISOString(),
    name: said.person?.n ?? null,
    ticket_type: NAMELESS.has(scan.verdict) || !said.person ? null : "participant",
    ticket_words: typeOf(said, list, app),
    moment: said.moment,
    first_gate: list.head.gates[said.gate] ?? null,
    with: othersOf(said.person, app),
    answers: [],
    note: said.note,
  };
}

// A scan as it was kept: nobody's name is.
export function answerOfKept({ scan_id, verdict, direction, time, moment_ms: moment, place }, list) {
  const iso = (ms) => (ms === null || ms === undefined ? null : new Date(ms).toISOString());
  const gate = list.head?.gates[place] ?? null;
  return { scan_id, verdict, direction, scanned_at: iso(time), name: null, moment: iso(moment), first_gate: gate };
}

export function questionsOf(list) {
  return list.head.questions.map(({ id, text, required }) => ({ id, text: localised(text), required }));
}

const NAMELESS = new Set(["other_event", "unknown"]);

function typeOf({ ticket, person }, list, app) {
  if (!person) return null;
  const name = localised(list.head.types[list.entry(ticket)?.type]) || app.getAttribute("data-type-participant");
  return person.o ? `${name} · ${app.dataset.toPay.replace("{price}", price(person.o))}` : name;
}

function price([minor, currency]) {
  const format = new Intl.NumberFormat(lang(), { style: "currency", currency, trailingZeroDisplay: "stripIfInteger" });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

function othersOf(person, app) {
  if (!person?.w) return null;
  const words = app.getAttribute(`data-with-${new Intl.PluralRules(lang()).select(person.w)}`);
  return words.replace("{n}", person.w);
}

const lang = () => document.documentElement.lang;

export function localised(names) {
  return names?.[lang()] ?? names?.en ?? "";
}
