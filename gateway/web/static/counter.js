// The counter: each field is saved once it changes, what cannot be saved is said and tried again, and keys lead on.
"use strict";
(() => {
  const form = document.querySelector("form[data-save]"), told = document.getElementById("saved");
  // Back from the receipt shows no page of before: it is asked for anew, and leads to the receipt.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  document.getElementById("wrong")?.focus();
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const next = document.querySelector(".main-act:not([disabled])");
    if (!next) return;
    event.preventDefault();
    next.click();
  });
  // A form that was sent is not sent twice by a hand that trembles.
  for (const one of document.querySelectorAll("form")) {
    one.addEventListener("submit", (event) => {
      if (one.dataset.sent) { event.preventDefault(); return; }
      one.dataset.sent = "1";
      setTimeout(() => delete one.dataset.sent, 5000);
    });
  }
  if (!form || !told) return;

  if (!location.hash && !document.getElementById("wrong")) {
    Array.from(form.elements).find((field) => field.name.startsWith("/") && field.type !== "hidden" && field.offsetParent)?.focus();
  }
  const waiting = new Map();
  let busy = false, again = 0;
  const send = async () => {
    if (busy || !waiting.size) return;
    busy = true;
    const batch = new Map(waiting);
    const fields = new URLSearchParams([["form", form.elements.form.value], ["version", form.elements.version.value], ...batch]);
    try {
      told.classList.remove("stale");
      told.textContent = told.dataset.saving;
      const answer = await fetch(form.dataset.save, { method: "POST", body: fields, redirect: "manual" });
      if (answer.type === "opaqueredirect") { waiting.clear(); location.reload(); return; }  // it is filed: its receipt shows
      if (answer.status >= 500) throw new Error("later");
      if (!answer.headers.get("Content-Type")?.startsWith("text/plain")) {  // the session has ended
        told.textContent = told.dataset.ended;
        told.classList.add("stale");
        busy = false;
        return;
      }
      const said = await answer.text();
      told.textContent = said;
      told.classList.toggle("stale", !answer.ok);
      if (answer.ok) form.elements.version.value = answer.headers.get("X-Draft-Version") || form.elements.version.value;
      for (const [name, value] of batch) if (waiting.get(name) === value) waiting.delete(name);
    } catch {
      told.textContent = told.dataset.lost;
      told.classList.add("stale");
      clearTimeout(again);
      again = setTimeout(() => { busy = false; send(); }, 3000);
      return;
    }
    busy = false;
    if (waiting.size) send();
  };
  form.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.name?.startsWith("/")) return;
    waiting.set(field.name, field.type === "checkbox" && !field.checked ? "" : field.value);
    send();
  });
  addEventListener("online", () => { busy = false; send(); });
  addEventListener("beforeunload", (event) => { if (waiting.size && !form.dataset.sent) event.preventDefault(); });
})();
