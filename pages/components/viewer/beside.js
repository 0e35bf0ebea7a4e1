/* The editors beside the photo. Found by the class `st-key-{prefix}{field}` (sheet/rows.js); on Ask they are the printed
   words of an answer, which carry such a class and a tabindex themselves. */

class Beside {
  constructor(prefix) { this.prefix = prefix; }

  /* One editor for each field, however many inputs it has. */
  all() {
    const inside = `[class*="st-key-${this.prefix}"]`;
    const found = new Map();
    for (const editor of document.querySelectorAll(`${inside} input, ${inside} textarea, ${inside}[tabindex]`)) {
      const field = this.fieldOf(editor);
      if (editor.offsetParent && !found.has(field)) found.set(field, this.editor(field));
    }
    return [...found.values()];
  }

  editor(field) {
    const inside = `.st-key-${this.prefix}${field}`;
    return document.querySelector(`[id="${this.prefix}${field}_input"]`)
      ?? document.querySelector(`${inside} input, ${inside} textarea, ${inside}[tabindex]`);
  }

  label(field) { return this.editor(field)?.labels?.[0]?.textContent ?? ""; }

  fieldOf(element) {
    const mark = `st-key-${this.prefix}`;
    const holder = element?.closest?.(`[class*="${mark}"]`);
    const name = holder && [...holder.classList].find((each) => each.startsWith(mark));
    return name ? name.slice(mark.length) : null;
  }

  /* The field that has the cursor; null where none has. */
  get here() { return this.fieldOf(document.activeElement); }

  /* The field `by` editors after this one, round and round. */
  next(field, by) {
    const editors = this.all();
    const at = editors.findIndex((editor) => this.fieldOf(editor) === field);
    return this.fieldOf(editors[at < 0 ? 0 : (at + by + editors.length) % editors.length]);
  }

  /* Puts the cursor there; false where the field has no editor. */
  focus(field) {
    const editor = this.editor(field);
    if (!editor) return false;
    editor.focus({ preventScroll: true });
    if (editor.tagName === "INPUT") editor.select();
    editor.scrollIntoView({ block: "nearest" });
    return true;
  }
}
