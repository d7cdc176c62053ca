// The record of the last run, from `run.js` beside the page: what changes from run to run.
function showRun({ record, stages }) {
  const facts = made("dl");
  for (const [name, value] of Object.entries(record)) {
    facts.append(made("dt", name === "seconds" ? "wall time (s)" : WORDS(name)), made("dd", value === null ? "not known" : String(value)));
  }
  const table = made("table", "", { class: "data" });
  const head = made("tr");
  head.append(...["stage", "jobs", "wall time (s)"].map((text) => made("th", text, { scope: "col" })));
  const lines = [...stages].sort((a, b) => b.seconds - a.seconds).map(({ rule, jobs, seconds }) => {
    const line = made("tr");
    line.append(made("th", WORDS(rule), { scope: "row" }), made("td", jobs), made("td", seconds.toFixed(1)));
    return line;
  });
  const parts = [made("thead"), made("tbody")];
  parts[0].append(head);
  parts[1].append(...lines);
  table.append(made("caption", "Wall time of each stage: of the last time that each of its jobs ran"), ...parts);
  const frame = made("div", "", { class: "wide tall", role: "region", "aria-label": "Wall time of each stage", tabindex: 0 });
  frame.append(table);
  element("run").replaceChildren(facts, frame);
}

if (window.RUN) showRun(window.RUN);
