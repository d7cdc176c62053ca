"use strict";
// Makes an explained prompt (scope.html) interactive. All texts are set as text, never as markup.
const MOST_SHOWN = 10;

function alone(text) {
  return text === "" ? "·" : text.replaceAll(" ", "␣").replaceAll("\n", "↵").replaceAll("\t", "⇥");
}

function number(value) {
  return Number(value.toPrecision(3)).toString().replace("-", "−");
}

function activate(scope) {
  const record = JSON.parse(scope.dataset.record);
  const controls = scope.querySelector(".controls").elements;
  const targets = [...scope.querySelectorAll("section.target")];
  const tip = scope.querySelector(".tip");
  const chosen = (name) => controls[name]?.value ?? "0";
  const marked = (element) =>
    Number(element.dataset.target ?? element.closest("section.target").dataset.target);

  function shade(element) {
    const explanation = record.explanations[marked(element)];
    const method = chosen("method");
    const k = Number(element.dataset.k);
    const score = explanation.scores[method][k];
    const rank = explanation.ranks[method][k];
    element.style.setProperty("--shade", explanation.shades[chosen("scale")][method][k]);
    element.classList.toggle("against", score < 0);
    if (chosen("numbers") === "score") element.dataset.number = number(score);
    else if (chosen("numbers") === "rank" && rank <= MOST_SHOWN) element.dataset.number = rank;
    else delete element.dataset.number;
  }

  // A table of the largest scores as bars.
  function list(section) {
    const method = chosen("method");
    const { scores, ranks } = record.explanations[marked(section)];
    const sizes = scores[method].map(Math.abs);
    const largest = Math.max(...sizes);
    const order = scores[method].map((_, k) => k).sort((a, b) => ranks[method][a] - ranks[method][b]);
    const rows = order.slice(0, MOST_SHOWN).map((k) => {
      const row = document.createElement("tr");
      const [name, bar, value] = ["th", "td", "td"].map((tag) => row.appendChild(document.createElement(tag)));
      name.scope = "row";
      name.textContent = alone(record.tokens[k].text);
      bar.className = "bar";
      bar.appendChild(document.createElement("span")).style.setProperty("--share", largest && sizes[k] / largest);
      value.className = "number";
      value.textContent = number(scores[method][k]);
      return row;
    });
    section.querySelector(".largest").hidden = false;
    section.querySelector(".largest table").replaceChildren(...rows);
  }

  function update() {
    scope.dataset.colours = chosen("colours");
    targets.forEach((section, k) => { section.hidden = String(k) !== chosen("target"); });
    scope.querySelectorAll(".token, .cell").forEach(shade);
    targets.forEach(list);
    tip.hidden = true;
  }

  function tell(element) {
    const explanation = record.explanations[marked(element)];
    const method = chosen("method");
    const k = Number(element.dataset.k);
    const { left, bottom } = element.getClientRects()[0] ?? { left: 0, bottom: 0 };
    tip.textContent =
      `“${alone(record.tokens[k].text)}” · score ${number(explanation.scores[method][k])} · ` +
      `rank ${explanation.ranks[method][k]} of ${explanation.position + 1} · ` +
      `distance ${explanation.position - k}`;
    tip.hidden = false;
    const widest = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = `${Math.max(8, Math.min(left, widest))}px`;
    tip.style.top = `${Math.min(bottom + 6, window.innerHeight - tip.offsetHeight - 8)}px`;
  }

  // One stop of the Tab key for all tokens; the arrow keys move among them.
  function move(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1 };
    const token = event.target.closest(".token");
    if (!token || !(event.key in steps)) return;
    const all = [...token.parentElement.querySelectorAll(".token")];
    const next = all[all.indexOf(token) + steps[event.key]];
    if (!next) return;
    event.preventDefault();
    token.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  for (const [begin, end] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    scope.addEventListener(begin, (event) => {
      const element = event.target.closest(".token, .cell");
      if (element) tell(element);
    });
    scope.addEventListener(end, () => { tip.hidden = true; });
  }
  scope.addEventListener("keydown", move);
  scope.addEventListener("change", update);
  scope.querySelector(".controls").addEventListener("submit", (event) => event.preventDefault());
  update();
}

document.querySelectorAll(".scope").forEach(activate);
