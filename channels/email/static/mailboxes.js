// Shows a new mail as soon as it has come, without touching what is being written.

const EVERY = 1000;

async function look() {
  const shown = document.getElementById("mails");
  if (document.hidden) return;
  const answer = await fetch(shown.dataset.state, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { version } = await answer.json();
  if (version === shown.dataset.version) return;
  const page = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!page.ok) return;
  const parsed = new DOMParser().parseFromString(await page.text(), "text/html");
  const fresh = parsed.getElementById("mails");
  shown.replaceWith(fresh);
  updateForm(parsed);
  fresh.lastElementChild?.scrollIntoView({ block: "nearest" });
}

// An untouched form follows the newest mail; a begun one stays as it is.
function updateForm(parsed) {
  const form = document.querySelector(".mail-form");
  if (!form || form.elements.text.value) return;
  form.replaceWith(parsed.querySelector(".mail-form"));
}

async function follow() {
  for (;;) {
    // A server that is away for a moment is asked again.
    await look().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  }
}

follow();
