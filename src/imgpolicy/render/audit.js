"use strict";
// The rows of the page, filtered and shown a part at a time. All text goes in as text, and nothing is fetched.
const { verdicts, codes, people, rows, words, part } = JSON.parse(document.getElementById("rows").textContent);
const [NAME, VERDICT, CODES, UNTIL, PEOPLE] = [0, 1, 2, 3, 4];
const find = (id) => document.getElementById(id);
const fields = ["text", "verdict", "rule", "person"].map(find);
const folded = rows.map((row) => row[NAME].toLowerCase());
let found = [];
let from = 0;

const filled = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const filter = () => {
  const [text, verdict, rule, person] = fields.map((field) => field.value);
  const sought = text.trim().toLowerCase();
  const withRule = rule === "" ? null : codes.map((own) => own.includes(rule));
  const [wanted, whom] = [verdict === "" ? null : Number(verdict), person === "" ? null : Number(person)];
  found = [];
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at];
    if (wanted !== null && row[VERDICT] !== wanted) continue;
    if (withRule !== null && !withRule[row[CODES]]) continue;
    if (whom !== null && !row[PEOPLE].includes(whom)) continue;
    if (sought !== "" && !folded[at].includes(sought)) continue;
    found.push(at);
  }
  from = 0;
  show();
};

const cell = (line, name, text) => {
  const made = line.insertCell();
  made.dataset.name = name;
  made.textContent = text;
  return made;
};

const show = () => {
  const body = document.createElement("tbody");
  for (const at of found.slice(from, from + part)) {
    const row = rows[at];
    const line = body.insertRow();
    cell(line, words.verdict, verdicts[row[VERDICT]]).className = `v${row[VERDICT]}`;
    cell(line, words.file, row[NAME]);
    cell(line, words.rules, codes[row[CODES]].join(" "));
    cell(line, words.people, row[PEOPLE].map((one) => people[one]).join(", "));
    cell(line, words.until, row[UNTIL]);
  }
  find("found").tBodies[0].replaceWith(body);
  const last = Math.min(from + part, found.length);
  const shown = { first: found.length ? from + 1 : 0, last, count: found.length, all: rows.length };
  find("count").textContent = filled(words.count, shown);
  find("before").disabled = from === 0;
  find("after").disabled = last >= found.length;
};

const turn = (by) => {
  from += by;
  show();
  find("count").scrollIntoView();
};

let waits = 0;
for (const field of fields) {
  field.addEventListener("input", () => {
    clearTimeout(waits);
    waits = setTimeout(filter, field.id === "text" ? 120 : 0);
  });
}
find("filter").addEventListener("submit", (event) => event.preventDefault());
find("before").addEventListener("click", () => turn(-part));
find("after").addEventListener("click", () => turn(part));
filter();
