// Regions: parts of the page that the server renders anew. Only what has changed is put in, and
// what the operator is doing there (focus, open details, place in the list) stays.

const sources = new Map();
const tags = new Map();

for (const region of document.querySelectorAll("[data-region]")) {
  sources.set(region.dataset.region, region.outerHTML);
}

/** Fetches every fragment of the page and puts in what has changed. Rejects if there is no way. */
export async function refresh() {
  const columns = [...document.querySelectorAll("[data-live]")];
  await Promise.all(columns.map((column) => fetched(address(column.dataset.live))));
  title();
}

/** Shows the newest messages. */
export function scrollToEnd() {
  const messages = document.querySelector("[data-scroll]");
  if (!messages) return;
  messages.scrollTop = messages.scrollHeight;
  // On a narrow screen the page scrolls, not the column.
  const isOwn = messages.scrollHeight > messages.clientHeight;
  const newest = messages.querySelector("article:last-of-type");
  if (!isOwn && !location.hash && matchMedia("(max-width: 64rem)").matches) newest?.scrollIntoView();
}

function address(path) {
  const url = new URL(path, location.href);
  for (const name of ["page", "older"]) {
    const value = new URLSearchParams(location.search).get(name);
    if (value) url.searchParams.set(name, value);
  }
  return url.href;
}

async function fetched(url) {
  const tag = tags.get(url);
  const answer = await fetch(url, { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} });
  if (answer.status === 401) location.reload();
  if (answer.status === 304) return;
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const kept = [...page.querySelectorAll("[data-region]")].map(swap);
  // A region that had to wait is asked for again.
  if (kept.every(Boolean)) tags.set(url, answer.headers.get("ETag"));
}

function swap(fresh) {
  const name = fresh.dataset.region;
  const old = document.querySelector(`[data-region="${name}"]`);
  const source = fresh.outerHTML;
  if (!old || sources.get(name) === source) return true;
  if (isWriting(old)) return false;
  const focused = old.contains(document.activeElement) ? mark(document.activeElement) : "";
  const atEnd = old.scrollHeight - old.scrollTop - old.clientHeight < 80;
  const top = old.scrollTop;
  for (const details of old.querySelectorAll("details[data-key]")) {
    const same = fresh.querySelector(`details[data-key="${details.dataset.key}"]`);
    if (same) same.open = details.open;
  }
  old.replaceWith(fresh);
  sources.set(name, source);
  if ("scroll" in fresh.dataset) fresh.scrollTop = atEnd ? fresh.scrollHeight : top;
  if (focused) fresh.querySelector(focused)?.focus({ preventScroll: true });
  fresh.dispatchEvent(new CustomEvent("region", { bubbles: true, detail: name }));
  return true;
}

function isWriting(region) {
  const field = document.activeElement;
  return region.contains(field) && field.matches("input:not([type=hidden]), textarea");
}

function mark(element) {
  if (element.dataset.row) return `[data-row="${element.dataset.row}"]`;
  const key = element.closest("details[data-key]")?.dataset.key;
  if (key && element.matches("summary")) return `details[data-key="${key}"] > summary`;
  return element.dataset.use ? `[data-use="${element.dataset.use}"]` : "";
}

function title() {
  const waiting = document.querySelector("[data-waiting]")?.dataset.waiting ?? "0";
  const plain = document.title.replace(/^\(\d+\+?\) /, "");
  document.title = waiting === "0" ? plain : `(${waiting}) ${plain}`;
}
