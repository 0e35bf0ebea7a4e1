/* What a sheet asks of /desk (core/api/desk.py), beside Streamlit's connection. */

const RETRY_MS = 3000; // between two tries to save while the server does not answer

class Wire {
  constructor(sheet) {
    this.sheet = sheet;
    this.stop = new AbortController();
    this.saving = Promise.resolve();
    this.waiting = 0; // changes on their way
  }

  close() {
    this.stop.abort();
    clearTimeout(this.retry);
  }

  /* The server's answer. Throws Error with its message and `status`, which is missing where nobody answered. */
  async ask(path, body) {
    const { item, seat, lang } = this.sheet.data;
    const answer = await fetch(`/desk/${item}/${path}`, {
      method: "POST", body: JSON.stringify(body), signal: this.stop.signal,
      headers: { "content-type": "application/json", "x-shelflens-seat": seat },
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(said[lang] ?? `HTTP ${answer.status}`), { status: answer.status });
    return said;
  }

  /* Changes go one after the other, each on the version that the last one left: `body` is made when it is sent. */
  change(path, body, rows) {
    const { item } = this.sheet.data;
    this.waiting += 1;
    this.saving = this.saving.then(() => this.sheet.data.item === item && this.changeNow(path, body(), rows))
      .finally(() => { this.waiting -= 1; });
  }

  async changeNow(path, body, rows) {
    if (body.edits && !Object.keys(body.edits).length) return;
    const { sheet } = this;
    const { item } = sheet.data;
    try {
      const state = await this.ask(path, { ...body, version: sheet.version });
      if (sheet.data.item !== item) return;
      sheet.take(state, body.edits);
      sheet.say("");
    } catch (err) {
      if (sheet.data.item === item && err.name !== "AbortError") this.failed(err, rows);
    }
  }

  failed(err, rows) {
    const { sheet } = this;
    clearTimeout(this.retry);
    if (!err.status || err.status === 403) this.retry = setTimeout(() => sheet.saveChanged(), RETRY_MS);
    if (err.status === 409 || err.status === 404) sheet.send({ act: "look" }); // the page says what has happened
    else if (err.status === 403) sheet.renew(); // the server was started anew: the page takes a new seat
    else if (err.status === 422) for (const row of rows) { row.problem = err.message; row.draw(); }
    else sheet.say(this.reasonOf(err), true);
  }

  reasonOf(err) { return err.status && err.status !== 403 ? err.message : this.sheet.data.words.offline; }

  /* `go` once all changes have been answered: at once where none is on its way. */
  afterChanges(go) {
    if (this.waiting) this.saving.then(go);
    else go();
  }
}
