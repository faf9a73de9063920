// Keeps the phone, the link and the strip going: what is asked of the server besides scans, and when.
import { answerOfKept } from "./offline/answers.js";
import { MOST_LAST } from "./offline/phone.js";
import { ask, post } from "./server.js";
import { tell } from "./count.js";
import { LATE } from "./offline/link.js";

const EVERY = 15_000;
const LONG = 30_000; // five hundred scans over a weak network

// Sends a batch of a gate's scans; this page's own address tells the others'.
export function sender(app) {
  return (gate, body) =>
    ask(app.dataset.sync.replace(app.dataset.gate, gate), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      patience: LONG,
    });
}

// The list and the queue: at the start, every 15 s, when the page is seen again and when the network is back.
export function keepUp({ phone, link }) {
  const work = async (isUrgent = false) => {
    if (!phone.store || document.hidden || !link.isOnline) return;
    try {
      await phone.uploads.run({ isUrgent });
      await phone.refresh();
    } catch {
      // The disk was full or the browser closed it: the next round tries again.
    }
  };
  setInterval(work, EVERY);
  addEventListener("online", () => work(true));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) phone.clock.hidden();
    else phone.clock.shown();
    work(true);
  });
  return work;
}

// What waits is shown again after a reload, and without network all that this phone did last.
export async function showKept({ phone, cards, last, isOnline, gate }) {
  if (!phone.store) return;
  const scans = await phone.store.lastScans(gate, MOST_LAST);
  const undone = new Set(scans.map(({ undoes }) => undoes));
  const mine = scans.filter(({ status, verdict }) => verdict !== "undone" && (!isOnline || status === "waiting"));
  const lines = mine.map((scan) => {
    const answer = answerOfKept(scan, phone.list);
    return { answer, words: { ...cards.wordsOf(answer.verdict), detail: cards.detailOf(answer) } };
  });
  last.addKept(lines, undone);
}

// Takes a scan back: by the server, which may not have it yet, or here.
export function takerBack({ phone, link, changed }) {
  return async ({ url, undoes, undoId, reason }) => {
    const shown = await phone.store?.scan(undoes);
    const kept = shown?.again ? await phone.store.scan(shown.again) : shown;
    const isOnlyHere = kept?.status === "waiting";
    if (!isOnlyHere && (link.isOnline || !phone.isReady)) {
      const address = kept ? url.replace(undoes, kept.scan_id) : url;
      const result = await post(address, { scan_id: undoId, reason }, phone.isReady ? { patience: LATE } : {});
      const { answer, trouble, isDown } = result;
      if (answer) await phone.remember(answer, {}, kept?.scan_id);
      if (answer || isDown) tell(link, result);
      if (!isDown || !phone.isReady) return changed(), { trouble, detail: result.detail };
    }
    // Whose scan it was has to be known; of some only the server knows it.
    if (!kept?.ticket && !kept?.signed) return { trouble: "no_answer" };
    await phone.keepUndo({ undoId, undoes: kept.scan_id, reason });
    changed();
    return {};
  };
}
