// Asks now and then whether the invoice's state has changed, and shows the page anew.
// Without it the page does the same by itself, only slower.
(() => {
  const shown = document.querySelector("[data-state]");
  if (!shown || shown.dataset.state !== "waiting") return;
  const address = `/form/state?invoice_uid=${encodeURIComponent(shown.dataset.invoice)}`;
  const soonest = 2000, latest = 15000;
  let delay = soonest, waiting = 0;

  async function ask() {
    try {
      const answer = await fetch(address, { cache: "no-store", credentials: "omit" });
      if (answer.ok && (await answer.json()).state !== shown.dataset.state) {
        // Not where we are: that may be a form's answer, or differ by its fragment alone.
        location.replace(shown.dataset.page);
        return;
      }
      delay = answer.ok ? Math.min(delay * 1.1, latest) : latest;
    } catch {
      delay = latest;
    }
    wait();
  }

  function wait() {
    clearTimeout(waiting);
    if (!document.hidden) waiting = setTimeout(ask, delay);
  }

  document.addEventListener("visibilitychange", () => {
    delay = soonest;
    if (!document.hidden) ask();
  });
  wait();
})();
