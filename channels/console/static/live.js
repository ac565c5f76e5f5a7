// Live: a socket hints that something has changed; the page then looks for itself. Without the
// socket it looks now and then, and connects again by itself.

const HINT_PAUSE = 120;
const FALLBACK = 10_000;
const LONGEST_WAIT = 15_000;
const SIGN_IN_ENDED = 4401;

/** Calls `look` after each change, one call at a time. */
export function follow(look) {
  const offline = document.querySelector("[data-offline]");
  const check = single(look);
  let failures = 0;

  const connect = () => {
    const socket = new WebSocket(new URL("/console/live", location.href.replace(/^http/, "ws")));
    socket.onopen = () => {
      failures = 0;
      offline.hidden = true;
    };
    socket.onmessage = check;
    socket.onclose = (event) => {
      if (event.code === SIGN_IN_ENDED) return location.reload();
      failures += 1;
      offline.hidden = failures < 2;
      const wait = Math.min(LONGEST_WAIT, 500 * 2 ** failures);
      return setTimeout(connect, wait * (0.5 + Math.random() / 2));
    };
  };

  connect();
  setInterval(check, FALLBACK);
  document.addEventListener("visibilitychange", () => document.hidden || check());
}

function single(look) {
  let planned = 0;
  let looking = false;
  let again = false;
  const run = async () => {
    planned = 0;
    looking = true;
    // The next hint looks again; the socket shows whether the server is there.
    await look().catch(() => {});
    looking = false;
    if (again) plan();
    again = false;
  };
  const plan = () => {
    if (looking) again = true;
    else if (!planned) planned = setTimeout(run, HINT_PAUSE);
  };
  return plan;
}
