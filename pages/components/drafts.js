/* What is typed into a record's editors, kept in this browser until the server has it.

   An editor hands its text over when the cursor leaves it. A window that is closed before, or a server that is gone,
   would cost what was typed; here it stays and is offered when the record is opened again. */

const KEY = "shelflens-draft";
const DAYS_KEPT = 14;
const MOST = 100_000; // characters of one draft: a browser keeps about 5 million in all
const EDITOR = "input, textarea";

class Drafts {
  constructor() {
    this.stop = new AbortController();
    const options = { capture: true, signal: this.stop.signal };
    document.addEventListener("input", (event) => this.typed(event.target), options);
    this.forgetOld();
  }

  close() { this.stop.abort(); }

  update({ data, setTriggerValue }) {
    const fresh = this.data?.item !== data.item;
    this.data = data;
    if (data.judged) this.drop(data.judged);
    for (const [field, { text }] of this.of(data.item)) {
      if (text === data.stored[field] || data.dropped.includes(field)) this.drop(data.item, field);
    }
    const left = this.of(data.item);
    // Not while the component is being put into the page: Streamlit would lose the message.
    if (fresh && left.length) setTimeout(() => setTriggerValue("found", this.found(data.item, left)), 0);
  }

  found(item, left) {
    return { item, texts: Object.fromEntries(left.map(([field, { text }]) => [field, text])) };
  }

  typed(editor) {
    const field = this.fieldOf(editor);
    if (!field) return;
    const { item, stored } = this.data;
    if (editor.value === stored[field] || editor.value.length > MOST) this.drop(item, field);
    else this.keep(name(item, field), { text: editor.value, at: Date.now() });
  }

  keep(key, draft) {
    try {
      localStorage.setItem(key, JSON.stringify(draft));
    } catch { /* full, or forbidden by the browser: the editor itself still has the text */ }
  }

  fieldOf(editor) {
    if (!editor.matches?.(EDITOR)) return null;
    const mark = `st-key-${this.data.prefix}`;
    const holder = editor.closest(`[class*="${mark}"]`);
    const found = holder && [...holder.classList].find((each) => each.startsWith(mark));
    return found ? found.slice(mark.length) : null;
  }

  of(item) {
    const start = name(item, "");
    return keys().filter((key) => key.startsWith(start)).map((key) => [key.slice(start.length), read(key)])
      .filter(([, draft]) => draft);
  }

  drop(item, field) {
    const wanted = name(item, field ?? "");
    for (const key of keys()) {
      if (field === undefined ? key.startsWith(wanted) : key === wanted) localStorage.removeItem(key);
    }
  }

  forgetOld() {
    const oldest = Date.now() - DAYS_KEPT * 86_400_000;
    for (const key of keys()) if ((read(key)?.at ?? 0) < oldest) localStorage.removeItem(key);
  }
}

const name = (item, field) => `${KEY}/${item}/${field}`;

function keys() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(`${KEY}/`));
  } catch {
    return [];
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

export default function (component) {
  const root = component.parentElement;
  root.drafts ??= new Drafts();
  root.drafts.update(component);
  return () => {
    root.drafts?.close();
    root.drafts = null;
  };
}
