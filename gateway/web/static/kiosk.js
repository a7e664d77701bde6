// A terminal in the hall, which one person uses after another. Whatever is on it goes when nobody touches it, when it was printed, and when
// it is left: at once, also while the network is away. The beginning is asked for until it comes.
"use strict";
(() => {
  const kiosk = document.querySelector(".kiosk"), still = document.getElementById("still"), START = "/kiosk/start";
  const SECONDS = 60, WARNED = 45, FOR_PAPER = 6000, AGAIN = 5000;
  let touched = Date.now(), gone = false;

  const begin = () => fetch(START, { method: "HEAD", redirect: "manual", cache: "no-store" }).then(
    (answer) => answer.type === "opaqueredirect" ? location.replace(START) : setTimeout(begin, AGAIN),
    () => setTimeout(begin, AGAIN));
  const say = (words) => kiosk.replaceChildren(Object.assign(document.createElement("p"), { className: "gone", textContent: words }));
  const clear = (words, wait = 0) => {
    if (gone) return;
    gone = true;
    document.title = words;
    say(words);
    setTimeout(begin, wait);
  };

  for (const sign of ["pointerdown", "keydown", "wheel", "input"]) addEventListener(sign, () => {
    touched = Date.now();
    if (still?.open && !still.matches(":hover")) still.close();
  }, { passive: true });
  still?.querySelector(".stay").addEventListener("click", () => still.close());
  setInterval(() => {
    const idle = Math.floor((Date.now() - touched) / 1000);
    if (idle >= SECONDS) clear(kiosk.dataset.cleared);
    else if (still && !gone && idle >= WARNED) {
      if (!still.open) still.showModal();
      still.querySelector(".left").textContent = SECONDS - idle;
    }
  }, 1000);

  // What is left is not there to come back to: neither in the history nor in the browser's picture of the page.
  addEventListener("pagehide", () => { gone = true; say(""); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.replace(START); });

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  addEventListener("afterprint", () => clear(kiosk.dataset.printed, FOR_PAPER));

  // Each page takes the place of the one before, so there is no way back, and none leads out of the terminal.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    if (link.origin === location.origin && link.pathname.startsWith("/kiosk")) location.replace(link.href);
  });

  // The screen's own keys, and a scanner or keyboard whose field is not in focus.
  document.addEventListener("click", (event) => {
    const key = event.target.closest("[name=key]");
    if (!key) return;
    event.preventDefault();
    const field = document.getElementById("code");
    field.value = key.value === "delete" ? field.value.slice(0, -1) : field.value + key.value;
  });
  document.addEventListener("keydown", (event) => {
    if (/^[0-9a-z]$/i.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) document.getElementById("code")?.focus();
  });
  // Sent from here a form leaves nothing in the history that could be sent again.
  document.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target, main = document.getElementById("main");
    const sent = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "text/html" }, cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html"), shown = page.getElementById("main");
      if (gone) return;
      document.title = page.title;
      main.replaceChildren(...shown.childNodes);
      (document.getElementById("code") ?? main).focus();
      scrollTo(0, 0);
    } catch {
      const told = Object.assign(document.createElement("p"), { className: "note back", role: "alert", textContent: kiosk.dataset.offline });
      form.before(told);
    }
  });
})();
