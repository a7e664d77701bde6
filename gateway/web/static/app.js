// The console's live part: when it last came, what to do with it while somebody points at a row, and the end of the session.
"use strict";
(() => {
  const part = document.getElementById("live");
  if (!part) return;
  const told = document.querySelector(".live"), news = document.getElementById("news");
  let last = told.dataset.at, late, kept = null;

  const say = (words) => { told.textContent = words.replace("{0}", last); };
  const lose = () => { told.classList.add("stale"); say(told.dataset.lost); };
  const alive = (at) => {
    last = at;
    told.classList.remove("stale");
    say(told.dataset.live);
    clearTimeout(late);
    late = setTimeout(lose, 25000);
  };
  const rows = (root) => Array.from(root.querySelectorAll("[data-row]"), (row) => row.dataset.row).join(" ");
  const busy = () => part.matches(":hover") || part.contains(document.activeElement);
  const show = () => {
    if (kept === null) return;
    const html = kept;
    kept = null;
    news.hidden = true;
    htmx.swap({ sourceElement: part, target: part, text: html, swap: "innerMorph" });
  };
  // The title of the tab says what the part does.
  const entitle = () => { document.title = part.querySelector("[data-title]")?.dataset.title || document.title; };
  new MutationObserver(entitle).observe(part, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-title"] });

  part.addEventListener("alive", (event) => alive(event.detail.data));
  part.addEventListener("over", () => location.reload());
  // Rows that come, go or change places wait while somebody points at one or is in one: what is read or pressed stays where it is.
  document.body.addEventListener("htmx:sse:before:message", (event) => {
    const message = event.detail.message;
    if (message.event) return;
    const fresh = new DOMParser().parseFromString(message.data, "text/html");
    kept = null;
    news.hidden = true;
    if (busy() && rows(fresh) !== rows(part)) {
      kept = message.data;
      news.hidden = false;
      event.preventDefault();
    }
  });
  news.addEventListener("click", show);
  part.addEventListener("mouseleave", () => { if (!busy()) show(); });
  part.addEventListener("focusout", () => setTimeout(() => { if (!busy()) show(); }));
  late = setTimeout(lose, 25000);
})();
// Numbers are copied whole, where the browser lets a page do so. The button has its place from the start, so that nothing moves.
(() => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.classList.add("can");
    button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.copy).then(() => {
      button.setAttribute("aria-label", button.dataset.copied);
      button.classList.add("ok");
    }));
  }
})();
