// The keyboard: j and k move in the list, Enter opens, r writes, ? explains.

/** Binds the keys of the page. */
export function keyboard() {
  const help = document.querySelector("[data-help-dialog]");
  const button = document.querySelector("[data-help]");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => help.showModal());
  }
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const action = { j: () => move(1), k: () => move(-1), r: write, "?": () => help.showModal() }[event.key];
    if (action && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      action();
    }
  });
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const focused = rows.indexOf(document.activeElement);
  const chosen = focused >= 0 ? focused : rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = chosen < 0 ? (step > 0 ? 0 : rows.length - 1) : chosen + step;
  rows[Math.min(rows.length - 1, Math.max(0, next))]?.focus();
}

function write() {
  document.querySelector("[data-editor] textarea")?.focus();
}
