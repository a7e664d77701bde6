// A form's page: parts that are for some cases alone, the sample's line beside the field in focus, an amount in words as it is typed.
"use strict";
(() => {
  const given = (e) => (e.type === "radio" || e.type === "checkbox") && !e.checked ? "" : e.value.trim();
  const of = (pointer) => {
    const own = [...document.getElementsByName(pointer)].map(given).find((text) => text);
    if (own) return own;
    return [...document.querySelectorAll(`[name^="${CSS.escape(`${pointer}/`)}"]`)].map(given).find((text) => text) || "";
  };
  const parts = [...document.querySelectorAll("[data-when]")].map((part) => [part, JSON.parse(part.dataset.when)]);
  const filled = (part) => [...part.querySelectorAll("input, select, textarea")].some((e) => e.type !== "hidden" && given(e));
  // What somebody filled in, or has to correct, stays in sight: nothing is handed in unseen.
  const fit = () => {
    for (const [part, cases] of parts) {
      const asked = cases.some((all) => all.every(([pointer, texts, holds]) => texts.includes(of(pointer)) === holds));
      part.hidden = !asked && !filled(part) && !part.querySelector(".err");
    }
  };
  const lines = new Map([...document.querySelectorAll("[data-line]")].map((line) => [line.dataset.line, line]));
  const light = (e) => {
    const name = e.target.name || "";
    const line = lines.get(name) || lines.get(name.replace(/\/\d+(?=\/|$)/g, "/0"));
    document.querySelector("[data-line].here")?.classList.remove("here");
    line?.classList.add("here");
    line?.scrollIntoView({ block: "nearest" });
  };
  const digits = "零壹贰叁肆伍陆柒捌玖";
  const four = (n) => {
    let said = "";
    for (let place = 3; place >= 0; place--) {
      const digit = Math.floor(n / 10 ** place) % 10;
      if (digit) said += (said && Math.floor(n / 10 ** (place + 1)) % 10 === 0 ? "零" : "") + digits[digit] + ["", "拾", "佰", "仟"][place];
    }
    return said;
  };
  const whole = (n) => {
    for (const [unit, word] of [[1e8, "亿"], [1e4, "万"]]) {
      if (n >= unit) {
        const low = n % unit;
        return whole(Math.floor(n / unit)) + word + (low && low < unit / 10 ? "零" : "") + (low ? whole(low) : "");
      }
    }
    return four(n);
  };
  const say = (text) => {
    const found = /^(0|[1-9]\d{0,14})(?:\.(\d{1,2}))?$/.exec(text.replace(/[\s,]/g, ""));
    if (!found) return "";
    const cents = (found[2] || "").padEnd(2, "0");
    if (document.documentElement.lang === "en") return `${found[1].replace(/\B(?=(\d{3})+$)/g, ",")}.${cents} yuan`;
    const said = found[1] === "0" ? "" : `${whole(Number(found[1]))}元`, [jiao, fen] = [Number(cents[0]), Number(cents[1])];
    if (!jiao && !fen) return `${said || "零元"}整`;
    return said + (jiao ? `${digits[jiao]}角` : said ? "零" : "") + (fen ? `${digits[fen]}分` : "整");
  };
  document.addEventListener("input", (e) => {
    if (e.target.dataset.money) document.getElementById(e.target.dataset.money).textContent = say(e.target.value);
    fit();
  });
  document.addEventListener("change", fit);
  document.addEventListener("focusin", light);
  fit();
})();
