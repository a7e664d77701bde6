// A screen in the hall: nobody is there to reload it, so it looks after itself, and says so while it cannot.
"use strict";
(() => {
  const board = document.querySelector(".board"), part = document.getElementById("live"), told = board.querySelector(".as-of");
  const begun = Date.now();
  let at = board.dataset.at, heard = begun, asking = false;

  const say = () => {
    const lost = Date.now() - heard > 25000;
    board.classList.toggle("lost", lost);
    told.textContent = (lost ? board.dataset.lost : board.dataset.updated).replace("{0}", at);
  };
  // A page that cannot be had would take the place of the last picture: it is asked for beforehand.
  const renew = async () => {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(location.href, { cache: "no-store", headers: { Accept: "text/html" } });
      if (answer.ok) location.reload();
    } catch {
      // still away: the last picture stays, and the next look is in ten seconds
    } finally {
      asking = false;
    }
  };

  const live = new EventSource(location.href);
  live.onmessage = (event) => { part.innerHTML = event.data; };
  live.addEventListener("alive", (event) => { at = event.data; heard = Date.now(); say(); });
  setInterval(() => {
    say();
    // At four in the morning, by the centre's clock, it begins anew: with a new version's files, and nothing left of the day.
    const night = at.startsWith("04:") && Date.now() - begun > 2 * 3600 * 1000;
    if (night || Date.now() - heard > 60000) renew();
  }, 10000);
})();
