// What is seen: the launcher, the panel, the messages. A customer's text is only ever text;
// the markup of answers comes from the server, which has cleaned it.

const ICONS = {
  chat: "M5 4h14a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3h-7l-4.7 3.6A.8.8 0 0 1 6 21v-3H5a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3z",
  close: "M6 6l12 12M18 6L6 18",
  send: "M12 19V5M5.5 11.5L12 5l6.5 6.5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0",
};

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  svg.classList.add("icon", `icon-${name}`);
  return svg;
}

class View {
  constructor(words, about, language, acts) {
    this.words = words;
    this.language = language;
    this.acts = acts;
    this.items = new Map();
    this.build(about);
  }

  said(key, values = {}) {
    return (this.words[key] || key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  build(about) {
    this.count = element("span", { class: "count", hidden: true, "aria-hidden": "true" });
    this.launcher = element("button", {
      class: "launcher", type: "button", "aria-expanded": "false", "aria-controls": "panel",
      "aria-label": this.said("launch"), onclick: () => this.acts.toggle(),
    }, icon("chat"), icon("close"), this.count);
    this.status = element("p", { class: "status" });
    this.greeting = element("div", { class: "bubble assistant greeting" });
    this.questions = element("div", { class: "questions", role: "group", "aria-label": this.said("suggestions") });
    this.list = element("div", { class: "list" });
    this.working = element("div", { class: "working", hidden: true },
      element("span", { class: "dots", "aria-hidden": "true" }, element("i"), element("i"), element("i")),
      element("span", { class: "said" }, this.said("working")));
    this.log = element("div", {
      class: "log", role: "log", "aria-live": "polite", "aria-busy": "true", tabindex: "0",
      "aria-label": this.said("messages"),
    }, this.greeting, this.questions, this.list, this.working);
    this.notice = element("p", { class: "notice", role: "status", hidden: true });
    this.panel = element("section", {
      id: "panel", class: "panel", role: "dialog", "aria-label": this.said("panel", { company: about.company }),
      hidden: true,
    }, this.header(about), this.log, this.notice, this.form());
    this.root = element("div", { class: "root", hidden: true }, this.panel, this.launcher);
  }

  header(about) {
    return element("div", { class: "head" },
      element("div", { class: "names" }, element("h2", {}, about.company), this.status),
      element("button", {
        class: "plain", type: "button", "aria-label": this.said("close"),
        onclick: () => this.acts.toggle(false),
      }, icon("close")));
  }

  form() {
    this.text = element("textarea", {
      rows: "1", "aria-label": this.said("write"), placeholder: this.said("write"),
      "aria-describedby": "hint", enterkeyhint: "send",
      onkeydown: (event) => this.key(event), oninput: () => this.typed(),
    });
    this.sendButton = element("button", {
      class: "send", type: "submit", "aria-label": this.said("send"), title: this.said("send"),
    }, icon("send"));
    this.person = element("button", { class: "person", type: "button", onclick: () => this.acts.person() },
      icon("person"), this.said("person.button"));
    this.hint = element("span", { id: "hint", class: "hint" }, this.said("hint"));
    return element("form", { class: "write", onsubmit: (event) => { event.preventDefault(); this.submit(); } },
      element("div", { class: "line" }, this.text, this.sendButton),
      element("div", { class: "below" }, this.person, this.hint));
  }

  key(event) {
    // While an input method composes, Enter chooses a word (229: Safari says it late).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    if (!this.text.value.trim() || this.over() > 0) return;
    this.acts.send(this.text.value.trim());
    this.text.value = "";
    this.typed();
    this.text.focus();
  }

  over() {
    return [...this.text.value.trim()].length - LONGEST_TEXT;
  }

  typed() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight + 2, 160)}px`;
    const over = this.over();
    this.hint.textContent = over > 0 ? this.said("too_long_now", { over, limit: LONGEST_TEXT }) : this.said("hint");
    this.hint.classList.toggle("problem", over > 0);
    this.sendButton.setAttribute("aria-disabled", String(over > 0 || !this.text.value.trim()));
  }

  opened(open, focus) {
    this.panel.hidden = !open;
    this.root.classList.toggle("open", open);
    this.launcher.setAttribute("aria-expanded", String(open));
    this.launcher.setAttribute("aria-label", this.said(open ? "close" : "launch"));
    if (open) this.toEnd();
    if (focus) (open ? this.text : this.launcher).focus();
  }

  unread(count) {
    this.count.hidden = count === 0;
    this.count.textContent = count > 9 ? "9+" : String(count);
    const label = this.said(this.panel.hidden ? "launch" : "close");
    this.launcher.setAttribute("aria-label", count ? `${label} (${this.said("unread", { count })})` : label);
  }

  state(state, assistant) {
    const manual = state.mode === "manual";
    this.greeting.textContent = this.said(state.name ? "greeting_named" : "greeting", { name: state.name, assistant });
    const now = state.operator ? this.said("manual_named", { name: state.operator }) : this.said("manual");
    this.status.replaceChildren(
      element("span", {}, manual ? now : this.said("promise")),
      element("span", { class: state.open ? "hours open" : "hours" }, state.hours));
    this.root.classList.toggle("manual", manual);
    this.person.hidden = manual;
    this.tell(state.notice);
  }

  tell(sentence) {
    this.notice.textContent = sentence;
    this.notice.hidden = !sentence;
  }

  suggest(questions, empty) {
    this.questions.replaceChildren(...(empty ? questions : []).map((question) => element("button", {
      type: "button", class: "question", onclick: () => { this.text.focus(); this.acts.send(question); },
    }, question)));
  }

  clear() {
    this.items.clear();
    this.list.replaceChildren();
    this.day = "";
    this.newest = this.question = null;
  }

  // A message of the conversation; it takes the place of the unsent one with the same id.
  message(message) {
    const waiting = message.id && this.items.get(message.id);
    if (waiting) waiting.remove();
    this.items.delete(message.id);
    this.date(message.sent_at);
    const item = this.item(message);
    this.list.append(item, ...this.list.querySelectorAll(".waiting"));
    this.newest = item;
    if (message.author === "customer") this.question = item;
    this.toEnd();
  }

  item(message) {
    const by = message.author;
    if (by === "system") return element("p", { class: "event" }, message.text);
    const mine = by === "customer";
    const bubble = element("div", { class: `bubble ${by}`, lang: message.language || null });
    if (mine) bubble.textContent = message.text;
    else bubble.innerHTML = message.html;
    if (message.citations.length) bubble.append(this.sources(message.citations));
    const name = by === "operator" && message.operator_name
      ? this.said("operator_named", { name: message.operator_name }) : this.said(mine ? "you" : by);
    return element("div", { class: `item ${by}` },
      element("p", { class: mine ? "by unseen" : "by" }, name), bubble,
      element("time", { datetime: message.sent_at }, this.clock(message.sent_at)));
  }

  sources(citations) {
    const links = citations.map((one) => element("li", {},
      element("a", { href: one.link, target: "_blank", rel: "noopener" },
        one.heading ? `${one.title} › ${one.heading}` : one.title,
        element("span", { class: "unseen" }, this.said("new_tab")))));
    return element("div", { class: "sources" },
      element("span", { class: "label" }, this.said("source")), element("ul", {}, ...links));
  }

  // A message that the server has not stored yet.
  waiting(item, problem = "") {
    const before = this.items.get(item.id);
    const again = problem ? element("button", { type: "button", onclick: () => this.acts.again(item.id) }, this.said("again")) : null;
    const made = element("div", { class: `item customer waiting${problem ? " failed" : ""}` },
      element("p", { class: "by unseen" }, this.said("you")),
      element("div", { class: "bubble customer" }, item.person ? this.said("person.message") : item.text),
      element("p", { class: "delivery", role: problem ? "alert" : null }, problem || this.said("waiting"), again));
    if (before) before.replaceWith(made);
    else this.list.append(made);
    this.items.set(item.id, made);
    this.toEnd();
  }

  gone(id) {
    const item = this.items.get(id);
    if (item) item.remove();
    this.items.delete(id);
  }

  date(sentAt) {
    const day = new Date(sentAt).toDateString();
    if (day === this.day) return;
    this.day = day;
    const now = new Date();
    const before = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
    const shown = day === now.toDateString() ? this.said("today")
      : day === before.toDateString() ? this.said("yesterday")
      : new Intl.DateTimeFormat(this.language, { dateStyle: "medium" }).format(new Date(sentAt));
    this.list.append(element("p", { class: "day" }, shown));
  }

  clock(sentAt) {
    return new Intl.DateTimeFormat(this.language, { timeStyle: "short" }).format(new Date(sentAt));
  }

  // To the end, but not past the beginning of what is new: a long answer is read from its top,
  // with the question above it where both have room.
  toEnd() {
    requestAnimationFrame(() => {
      const { log, newest, question } = this;
      const end = log.scrollHeight - log.clientHeight;
      if (!newest || this.list.querySelector(".waiting")) {
        log.scrollTop = end;
        return;
      }
      const near = question && newest.offsetTop - question.offsetTop < log.clientHeight / 2;
      log.scrollTop = Math.min(end, (near ? question : newest).offsetTop - 12);
    });
  }
}
