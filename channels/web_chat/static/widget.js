// <yorisoi-chat>: one script tag puts it on a page. It wires what is kept, the line and the view.

const LONGEST_TEXT = 4000;
const SCRIPT = document.currentScript;
const BASE = new URL("..", SCRIPT.src).href.replace(/\/$/, "");
const LANGUAGES = ["ja", "en"];

class YorisoiChat extends HTMLElement {
  connectedCallback() {
    if (this.kept) return;
    this.kept = new Kept(BASE);
    this.signed = this.getAttribute("identity") || "";
    this.language = this.spoken();
    this.lang = this.language;
    this.suggested = (this.getAttribute("questions") || "").split("|").filter(Boolean);
    this.begin();
    // The page's root may have any size; the reader's own is what "medium" is.
    const shadow = this.attachShadow({ mode: "open" });
    this.style.fontSize = "medium";
    this.style.setProperty("--rem", getComputedStyle(this).fontSize);
    this.load(shadow);
  }

  // The signed identity; setting it after a sign-in or sign-out changes who speaks.
  get identity() {
    return this.signed;
  }

  set identity(token) {
    this.signed = token || "";
    if (!this.view) return;
    this.begin();
    this.view.clear();
    this.line.restart();
  }

  // The id to which the company's server may bind an identity; empty before the first hello.
  get visitor() {
    return this.kept.visitor.split(".")[0];
  }

  begin() {
    this.thread = "";
    this.last = 0;
    this.seen = new Set();
    this.unread = 0;
    this.failed = new Set();
    this.ready = false;
  }

  spoken() {
    const wanted = [this.getAttribute("language"), document.documentElement.lang, navigator.language];
    return wanted.map((one) => (one || "").slice(0, 2)).find((one) => LANGUAGES.includes(one)) || "en";
  }

  async load(shadow, wait = 1000) {
    try {
      const answer = await fetch(`${BASE}/chat/about?language=${this.language}`);
      if (!answer.ok) return;
      this.build(shadow, await answer.json());
    } catch {
      setTimeout(() => this.load(shadow, Math.min(wait * 2, 60000)), wait);
    }
  }

  build(shadow, about) {
    this.assistant = about.assistant;
    this.view = new View(about.words, about, this.language, {
      toggle: (open) => this.toggle(open), send: (text) => this.say({ text }),
      person: () => this.say({ person: true }), again: (id) => this.again(id),
    });
    this.line = new Line(BASE, () => this.about(), () => this.toSend(), (frame) => this.hear(frame));
    const styles = about.styles.map((path) => element("link", { rel: "stylesheet", href: BASE + path }));
    const loaded = styles.map((link) => new Promise((done) => { link.onload = done; }));
    shadow.append(...styles, this.view.root);
    shadow.addEventListener("keydown", (event) => this.escape(event));
    Promise.all(loaded).then(() => this.show());
  }

  show() {
    this.view.root.hidden = false;
    this.view.typed();
    this.fit();
    this.view.suggest(this.suggested, true);
    // Whoever has talked here before hears what came meanwhile; others cost no connection.
    if (this.kept.open && innerWidth > 480) this.toggle(true, false);
    else if (this.kept.visitor) this.line.start();
  }

  // A phone's keyboard covers the page without changing its height.
  fit() {
    const seen = window.visualViewport;
    if (!seen) return;
    const set = () => this.view.panel.style.setProperty("--seen", `${seen.height}px`);
    seen.addEventListener("resize", set);
    set();
  }

  about() {
    this.shown = this.kept.visitor;
    return {
      visitor: this.shown, identity: this.signed, after: this.last,
      language: this.language, page: location.origin + location.pathname,
    };
  }

  toSend() {
    if (!this.thread) return [];
    return this.kept.unsent(this.thread).filter((item) => !this.failed.has(item.id));
  }

  toggle(open = this.view.panel.hidden, focus = true) {
    this.view.opened(open, focus);
    this.kept.open = open;
    this.line.start();
    if (open) this.read();
  }

  escape(event) {
    if (event.key !== "Escape" || event.isComposing || this.view.panel.hidden) return;
    event.stopPropagation();
    this.toggle(false);
  }

  say(words) {
    const item = { id: this.newId(), at: Date.now(), thread: this.thread, ...words };
    this.kept.keepUnsent(item);
    this.view.suggest(this.suggested, false);
    this.view.waiting(item);
    if (this.thread) this.line.send(item);
  }

  again(id) {
    const item = this.kept.unsent(this.thread).find((one) => one.id === id);
    if (!item) return;
    this.failed.delete(id);
    this.view.waiting(item);
    this.line.send(item);
  }

  newId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    // On a page without https there is no randomUUID.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  hear(frame) {
    const how = {
      welcome: () => this.welcome(frame.visitor),
      state: () => this.state(frame),
      message: () => this.message(frame),
      ready: () => this.caughtUp(),
      working: () => { this.view.working.hidden = !frame.working; this.view.toEnd(); },
      stored: () => this.kept.forgetUnsent(frame.id),
      error: () => this.problem(frame),
      line: () => this.lineIs(frame.state),
    }[frame.type];
    if (how) how();
  }

  welcome(token) {
    this.sendDue = true;
    const kept = this.kept.visitor;
    // Two tabs that open at once are given two tokens; the one that was kept first holds.
    if (kept && kept !== token && kept !== this.shown) this.line.restart();
    else if (kept !== token) this.kept.visitor = token;
  }

  state(state) {
    if (this.thread && this.thread !== state.thread) {
      // The server does not know us any more (or knows us as another): begin anew.
      this.identity = this.signed;
      return;
    }
    const first = !this.thread;
    this.thread = state.thread;
    this.now = state;
    this.view.state(state, this.assistant);
    if (first) {
      for (const item of this.kept.unsent(this.thread)) {
        this.kept.keepUnsent({ ...item, thread: this.thread });
        this.view.waiting(item);
      }
    }
    if (this.sendDue) this.line.flush();
    this.sendDue = false;
  }

  message(message) {
    this.last = Math.max(this.last, message.sequence);
    if (message.id) this.kept.forgetUnsent(message.id);
    if (this.seen.has(message.sequence)) return;
    this.seen.add(message.sequence);
    this.view.suggest(this.suggested, false);
    this.view.message(message);
    const theirs = message.author !== "customer";
    if (theirs && message.sequence > this.kept.lastRead(this.thread)) this.unread += 1;
    if (this.ready) this.read();
  }

  caughtUp() {
    this.ready = true;
    this.view.log.setAttribute("aria-busy", "false");
    this.view.suggest(this.suggested, this.seen.size === 0 && this.view.items.size === 0);
    this.read();
  }

  read() {
    if (!this.view.panel.hidden && this.thread) {
      this.unread = 0;
      this.kept.keepRead(this.thread, this.last);
    }
    this.view.unread(this.unread);
  }

  problem(frame) {
    const item = frame.id && this.kept.unsent(this.thread).find((one) => one.id === frame.id);
    if (!item) {
      this.view.tell(frame.sentence);
      return;
    }
    this.failed.add(item.id);
    this.view.waiting(item, frame.sentence);
    if (frame.retry_after) setTimeout(() => this.again(item.id), frame.retry_after * 1000);
  }

  lineIs(state) {
    this.view.root.dataset.line = state;
    if (state === "offline") this.view.tell(this.view.said("offline"));
    else if (state === "online") this.view.tell(this.now ? this.now.notice : "");
    else if (!this.thread) this.view.tell(this.view.said("connecting"));
  }
}

function place() {
  const chat = document.createElement("yorisoi-chat");
  for (const name of ["language", "identity", "questions"]) {
    if (SCRIPT.dataset[name]) chat.setAttribute(name, SCRIPT.dataset[name]);
  }
  if (SCRIPT.dataset.theme) chat.dataset.theme = SCRIPT.dataset.theme;
  document.body.append(chat);
}

if (!customElements.get("yorisoi-chat")) {
  customElements.define("yorisoi-chat", YorisoiChat);
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place);
}
