// The line to the server: a WebSocket that comes back by itself, else polling over HTTP.
// It tells what it hears as frames; {type: "line", state} says how the line itself is.

const PING_EVERY = 20000;
const SILENCE = 45000;
const POLL_EVERY = 3000;
const POLLS_BEFORE_SOCKET = 20;
const LONGEST_WAIT = 30000;
const REFUSED_ORIGIN = 4403;

class Line {
  // `about()` gives {visitor, identity, after, language, page}; `unsent()` what to send.
  constructor(base, about, unsent, hear) {
    this.base = base;
    this.about = about;
    this.unsent = unsent;
    this.hear = hear;
    this.failures = 0;
    this.started = false;
  }

  start() {
    if (this.started) return;
    this.started = true;
    addEventListener("online", () => this.retryNow());
    addEventListener("offline", () => this.tell("offline"));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.retryNow();
    });
    setInterval(() => this.watch(), PING_EVERY);
    this.connect();
  }

  // Somebody else speaks now: the next hello says who.
  restart() {
    if (!this.started) return;
    this.drop();
    this.failures = 0;
    this.connect();
  }

  retryNow() {
    if (!this.socket && !this.polling) this.connect();
  }

  flush() {
    if (this.greeted) {
      for (const item of this.unsent()) this.write(item);
    } else if (this.polling) {
      this.poll();
    }
  }

  send(item) {
    if (this.greeted) this.write(item);
    else if (this.polling) this.poll();
  }

  connect() {
    clearTimeout(this.timer);
    this.polling = false;
    this.greeted = false;
    this.tell("connecting");
    const socket = new WebSocket(`${this.base.replace(/^http/, "ws")}/chat/socket`);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", ...this.about() }));
    socket.onmessage = (event) => this.socket === socket && this.heard(JSON.parse(event.data));
    socket.onclose = (event) => this.socket === socket && this.lost(event.code);
  }

  heard(frame) {
    this.lastHeard = Date.now();
    if (frame.type === "pong") return;
    this.hear(frame);
    if (frame.type === "welcome" && this.socket) {
      this.greeted = true;
      this.failures = 0;
      this.tell("online");
    }
  }

  lost(code) {
    this.drop();
    if (code === REFUSED_ORIGIN) return;
    this.failures += 1;
    if (this.failures >= 2) this.poll();
    else this.later(500, () => this.connect());
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    this.greeted = false;
    this.polling = false;
    clearTimeout(this.timer);
    if (socket) socket.close();
  }

  watch() {
    if (!this.greeted) return;
    if (Date.now() - this.lastHeard > SILENCE) this.lost(0);
    else this.socket.send('{"type":"ping"}');
  }

  write(item) {
    const frame = item.person ? { type: "person" } : { type: "send", text: item.text };
    this.socket.send(JSON.stringify({ ...frame, id: item.id }));
  }

  async poll() {
    if (this.round) return;
    clearTimeout(this.timer);
    this.round = true;
    try {
      await this.exchange();
      this.tell("online");
      this.polls = this.polling ? this.polls + 1 : 1;
      this.polling = true;
      const again = this.polls < POLLS_BEFORE_SOCKET;
      this.later(POLL_EVERY, () => (again ? this.poll() : this.connect()));
    } catch {
      this.polling = false;
      this.tell("offline");
      this.failures += 1;
      const wait = Math.min(LONGEST_WAIT, 500 * 2 ** this.failures) * (0.5 + Math.random() / 2);
      this.later(wait, () => this.connect());
    } finally {
      this.round = false;
    }
  }

  async exchange() {
    for (const item of this.unsent()) this.hear(await this.post(item));
    const { visitor, identity, after, language } = this.about();
    const answer = await fetch(`${this.base}/chat/messages?after=${after}&language=${language}`, {
      headers: { "X-Yorisoi-Visitor": visitor, "X-Yorisoi-Identity": identity },
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const seen = await answer.json();
    this.hear({ type: "welcome", visitor: seen.visitor });
    this.hear({ type: "state", ...seen.state });
    seen.messages.forEach((message) => this.hear(message));
    this.hear({ type: "working", working: seen.working });
    this.hear({ type: "ready" });
  }

  async post(item) {
    const { visitor, identity, language, page } = this.about();
    const answer = await fetch(`${this.base}/chat/send`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        visitor, identity, language, page, id: item.id, text: item.person ? null : item.text,
      }),
    });
    if (answer.status >= 500) throw new Error(`HTTP ${answer.status}`);
    const frame = await answer.json();
    if (frame.visitor) this.hear({ type: "welcome", visitor: frame.visitor });
    return frame;
  }

  later(milliseconds, then) {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, milliseconds);
  }

  tell(state) {
    if (this.state === state) return;
    this.state = state;
    this.hear({ type: "line", state });
  }
}
