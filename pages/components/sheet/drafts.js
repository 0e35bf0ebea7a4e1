/* What is typed into a record's editors, kept in this browser until the server has it.

   An editor hands its text over when the cursor leaves it. A window that is closed before, or a server that is gone,
   would cost what was typed; here it stays and is offered when the record is opened again. */

const DRAFT = "shelflens-draft";
const DAYS_KEPT = 14;
const LONGEST_DRAFT = 100_000; // characters: a browser keeps about 5 million in all

const drafts = {
  of(item) {
    const start = draftName(item, "");
    return draftKeys().filter((key) => key.startsWith(start)).map((key) => [key.slice(start.length), readDraft(key)])
      .filter(([, draft]) => draft);
  },

  keep(item, field, text) {
    if (text.length > LONGEST_DRAFT) return;
    try {
      localStorage.setItem(draftName(item, field), JSON.stringify({ text, at: Date.now() }));
    } catch { /* full, or forbidden by the browser: the editor itself still has the text */ }
  },

  drop(item, field) {
    const wanted = draftName(item, field ?? "");
    for (const key of draftKeys()) {
      if (field === undefined ? key.startsWith(wanted) : key === wanted) localStorage.removeItem(key);
    }
  },

  forgetOld() {
    const oldest = Date.now() - DAYS_KEPT * 86_400_000;
    for (const key of draftKeys()) if ((readDraft(key)?.at ?? 0) < oldest) localStorage.removeItem(key);
  },
};

const draftName = (item, field) => `${DRAFT}/${item}/${field}`;

function draftKeys() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(`${DRAFT}/`));
  } catch {
    return [];
  }
}

function readDraft(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}
