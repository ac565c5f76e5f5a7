// What this browser keeps: the visitor's token, what was not sent yet, what was read.
// Never what was said: that comes from the server, to whoever may see it.

class Kept {
  constructor(base) {
    this.key = `yorisoi:${base}`;
    this.memory = {};
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) || {};
    } catch {
      // Storage is forbidden, or another has written there: this page's memory must do.
      return this.memory;
    }
  }

  write(changes) {
    this.memory = { ...this.read(), ...changes };
    try {
      localStorage.setItem(this.key, JSON.stringify(this.memory));
    } catch {
      // As above.
    }
  }

  get visitor() {
    return this.read().visitor || "";
  }

  set visitor(token) {
    this.write({ visitor: token });
  }

  // Unsent messages of this conversation, and those written before we knew which it was.
  unsent(thread) {
    const yesterday = Date.now() - 24 * 3600 * 1000;
    const all = (this.read().unsent || []).filter((one) => one.at > yesterday);
    return all.filter((one) => !one.thread || one.thread === thread);
  }

  keepUnsent(item) {
    const others = (this.read().unsent || []).filter((one) => one.id !== item.id);
    this.write({ unsent: [...others, item] });
  }

  forgetUnsent(id) {
    this.write({ unsent: (this.read().unsent || []).filter((one) => one.id !== id) });
  }

  lastRead(thread) {
    return (this.read().read || {})[thread] || 0;
  }

  keepRead(thread, sequence) {
    if (sequence > this.lastRead(thread)) {
      this.write({ read: { ...this.read().read, [thread]: sequence } });
    }
  }

  get open() {
    try {
      return sessionStorage.getItem(this.key) === "open";
    } catch {
      return false;
    }
  }

  set open(open) {
    try {
      sessionStorage.setItem(this.key, open ? "open" : "closed");
    } catch {
      // As above.
    }
  }
}
