// The editor: drafts kept on the server, sending, and the buttons that act on a conversation.

const DRAFT_PAUSE = 600;

/** Binds the editor and every form that acts; `refresh` shows what has become of it. */
export function editor(refresh) {
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-act]")) act(event, refresh);
  });
  const form = document.querySelector("[data-editor]");
  if (form) bind(form, refresh);
}

function bind(form, refresh) {
  const text = form.querySelector("textarea");
  const draft = keeper(form, text);
  text.addEventListener("input", () => {
    if (!text.value) choose(form, "");
    draft.later();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-send]"));
    }
  });
  form.addEventListener("submit", (event) => submit(event, form, text, draft, refresh));
  document.addEventListener("click", (event) => {
    const use = event.target.closest("[data-use]");
    if (use) take(event, use, form, text, draft);
  });
  document.addEventListener("region", (event) => {
    arrived(event, form, text);
    forget(form);
  });
}

async function submit(event, form, text, draft, refresh) {
  event.preventDefault();
  if (!text.value.trim() || form.inert) return text.focus();
  form.inert = true;
  await draft.stop();
  const answer = await post(event.submitter?.getAttribute("formaction") ?? form.action, new FormData(form));
  form.inert = false;
  problem(form, answer.done ? "" : answer.problem || form.querySelector("[data-problem]").dataset.failed);
  if (answer.done) {
    text.value = "";
    choose(form, "");
    form.querySelector("[data-arrived]").hidden = true;
    form.querySelector("[data-state]").textContent = "";
  }
  await refresh().catch(() => {});
  forget(form);
  return text.focus();
}

function take(event, use, form, text, draft) {
  event.preventDefault();
  const suggested = document.querySelector("[data-suggestion-text]").textContent;
  const written = text.value.trim();
  text.value = !written || written === suggested.trim() ? suggested : `${written}\n\n${suggested}`;
  choose(form, use.dataset.use);
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
  draft.later();
}

/** The suggestion that stands in the editor is folded in its own place; none, where it is "". */
function choose(form, suggestion) {
  form.elements.suggestion_id.value = suggestion;
  form.parentElement.classList.toggle("using", Boolean(suggestion));
}

/** A suggestion that the page no longer offers is out of date; the text in the editor stays. */
function forget(form) {
  const chosen = form.elements.suggestion_id.value;
  if (chosen && !document.querySelector(`[data-use="${chosen}"]`)) choose(form, "");
}

/** What has been shown is what the operator has seen; while they write they are told of it. */
function arrived(event, form, text) {
  if (event.detail !== "messages") return;
  const shown = Number(event.target.dataset.seenNow);
  if (shown > Number(form.elements.seen.value)) {
    form.querySelector("[data-arrived]").hidden = !text.value.trim();
    form.elements.seen.value = String(shown);
  }
}

function keeper(form, text) {
  const state = form.querySelector("[data-state]");
  let timer = 0;
  let running = Promise.resolve();
  const keep = () => {
    timer = 0;
    const body = new FormData();
    body.set("csrf", form.elements.csrf.value);
    body.set("text", text.value);
    const address = form.action.replace(/send$/, "draft");
    running = running.then(() => post(address, body)).then((answer) => {
      state.textContent = answer.kept && text.value ? state.dataset.kept : "";
    });
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, DRAFT_PAUSE);
  };
  const stop = () => {
    clearTimeout(timer);
    return running;
  };
  window.addEventListener("pagehide", () => {
    if (timer) navigator.sendBeacon(form.action.replace(/send$/, "draft"), new URLSearchParams(new FormData(form)));
  });
  return { later, stop };
}

async function act(event, refresh) {
  event.preventDefault();
  const form = event.target;
  if (form.inert) return;
  form.inert = true;
  const answer = await post(form.action, new FormData(form));
  form.inert = false;
  const shown = form.querySelector("[data-act-problem]") ?? document.querySelector("[data-problem]");
  if (shown) show(shown, answer.done ? "" : answer.problem || shown.dataset.failed || "");
  if (answer.done) {
    form.reset();
    // A field that holds the focus would keep its region from being shown anew.
    if (form.contains(document.activeElement)) document.activeElement.blur();
    if (!document.querySelector("[data-live]")) return location.reload();
  }
  await refresh().catch(() => {});
}

async function post(address, body) {
  try {
    const answer = await fetch(address, {
      method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(body),
    });
    if (answer.status === 401) location.reload();
    return await answer.json();
  } catch {
    return {};
  }
}

function problem(form, sentence) {
  show(form.querySelector("[data-problem]"), sentence);
}

function show(place, sentence) {
  place.textContent = sentence;
  place.hidden = !sentence;
}
