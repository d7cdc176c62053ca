// The table of the fits of the chosen profiles on the chosen range, and the same as CSV.
const PARAMETERS = ["p", "xi", "kappa", "gamma", "beta"];
const SYMBOLS = { p: "p", xi: "ξ (tokens)", kappa: "κ", gamma: "γ", beta: "β" };
const ENDS = ["", "_low", "_high"];

function fitRows(study, choice) {
  const rows = choice.arms.flatMap((number) => {
    const arm = study.arms[number];
    const fits = arm.fits[choice.range] ?? {};
    return study.families.filter((family) => fits[family]).map((family) => ({ arm, family, fit: fits[family] }));
  });
  const [name, direction] = choice.sort.split(":");
  const key = fitColumns(study).find((column) => column.name === name)?.key;
  if (!key) return rows;
  const sign = direction === "down" ? -1 : 1;
  return rows
    .map((row) => [key(row), row])
    .sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null); // what has no value comes last
      return sign * (typeof a === "number" ? a - b : String(a).localeCompare(String(b)));
    })
    .map(([, row]) => row);
}

function fitColumns(study) {
  return [
    { name: "profile", title: "profile", key: (row) => row.arm.names.join("/"), cell: (row) => armLabel(study, row.arm) },
    { name: "family", title: "family", key: (row) => row.family, cell: (row) => WORDS(row.family) },
    ...PARAMETERS.map((name) => ({
      name, title: SYMBOLS[name],
      key: (row) => row.fit[name]?.[0] ?? null,
      cell: (row) => (row.fit[name] ? withInterval(row.fit[name]) : ""),
    })),
    { name: "r_squared", title: "R²", key: (row) => row.fit.r_squared, cell: (row) => row.fit.r_squared?.toFixed(3) ?? "" },
    { name: "reason", title: "not determined, for", key: (row) => row.fit.reason ?? null, cell: (row) => row.fit.reason ?? "" },
  ];
}

function withInterval([value, low, high]) {
  const short = (number) => String(Number(number.toPrecision(3)));
  return low === null || high === null ? short(value) : `${short(value)} [${short(low)}, ${short(high)}]`;
}

function fitsAsCsv(study, choice) {
  const heads = [...study.keys, "range", "distance_min", "distance_max", "family", "identified", "reason", "r_squared"];
  const lines = [[...heads, ...PARAMETERS.flatMap((name) => ENDS.map((end) => name + end))]];
  for (const { arm, family, fit } of fitRows(study, choice)) {
    const about = [choice.range, fit.distance_min, fit.distance_max, family, fit.reason ? "False" : "True"];
    const numbers = PARAMETERS.flatMap((name) => fit[name] ?? [null, null, null]);
    lines.push([...arm.names, ...about, fit.reason ?? "", fit.r_squared, ...numbers]);
  }
  const quoted = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return lines.map((line) => `${line.map(quoted).join(",")}\n`).join("");
}
