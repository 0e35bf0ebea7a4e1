/* What opens over the sheet: why a record is set aside, and the keys of the page. */

class FlagDialog {
  constructor(element, flag) {
    this.element = element;
    this.own = element.querySelector(".own input");
    element.querySelector("form").addEventListener("submit", () => flag(this.reason));
    element.querySelector(".cancel").addEventListener("click", () => element.close());
    element.addEventListener("keydown", (event) => this.pressed(event));
  }

  draw(words, reasons) {
    const { element } = this;
    element.setAttribute("aria-label", words.flag_title);
    element.querySelector("h2").textContent = words.flag_title;
    element.querySelector("fieldset").replaceChildren(make("legend", { text: words.flag_reason }),
      ...reasons.map(({ key, label }, index) => make("label", {},
        make("input", { type: "radio", name: "reason", value: key, "data-label": label }),
        make("kbd", { text: index + 1 }), make("span", { text: label }))));
    element.querySelector(".own span").textContent = words.flag_words;
    element.querySelector(".primary").textContent = words.flag;
    element.querySelector(".cancel").textContent = words.cancel;
  }

  get choices() { return [...this.element.querySelectorAll("input[type=radio]")]; }

  open() {
    const [first] = this.choices;
    first.checked = true;
    this.own.value = "";
    this.element.showModal();
    first.focus();
  }

  pressed(event) {
    const choice = event.target.type === "radio" && this.choices[Number(event.key) - 1];
    if (choice) { choice.checked = true; choice.focus(); }
    if (event.key === "Enter" && isComposing(event)) event.preventDefault();
  }

  get reason() {
    const usual = this.choices.find((choice) => choice.checked);
    const own = this.own.value.trim();
    return usual.value === "other" && own ? own : [usual.dataset.label, own].filter(Boolean).join(" – ");
  }
}

class HelpDialog {
  constructor(element) { this.element = element; }

  draw(words, keys) {
    const { element } = this;
    element.setAttribute("aria-label", words.help_title);
    element.querySelector("h2").textContent = words.help_title;
    element.querySelector("button").textContent = words.close;
    element.querySelector("tbody").replaceChildren(...keys.map(({ keys: pressed, help }) =>
      make("tr", {}, make("td", {}, make("kbd", { text: pressed })), make("td", { text: help }))));
  }

  toggle() {
    if (this.element.open) this.element.close();
    else this.element.showModal();
  }
}
