// Keys, live progress, and pictures sent one by one. Every page works without it.

const $ = (selector, root = document) => root.querySelector(selector);

// Keys: what carries data-key is pressed by that key, unless somebody is writing.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  // Of several the first that is not scrolled past.
  const targets = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)];
  const target = targets.find((one) => one.getBoundingClientRect().top >= 0) ?? targets[0];
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, select, textarea, [tabindex='-1']")) target.focus();
  else target.click();
  if (target.matches("summary")) $("input, textarea, select", target.parentElement)?.focus();
});

// A part of the page is read again from the server, and takes the place of what stood there.
const refresh = async (address) => {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const newer = fresh.getElementById(part.id);
    if (!newer || newer.outerHTML === part.outerHTML) continue;
    if (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) continue;
    const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
    part.replaceWith(document.adoptNode(newer));
    if (focused) document.getElementById(focused)?.focus();
  }
};

let sending = false;

// Live progress: the server says that something changed, and the page reads itself again, at most twice a second.
const follow = (events, address) => {
  let waiting = false;
  const source = new EventSource(events);
  source.onmessage = (message) => {
    if (message.data === "end" && !sending) source.close();
    if (waiting) return;
    waiting = true;
    setTimeout(() => { waiting = false; refresh(address()); }, 400);
  };
};
const live = $("[data-events]");
if (live) follow(live.dataset.events, () => location.href);

// Names are proposed while one is typed; the field takes any name or id without them.
let typed = 0;
document.addEventListener("input", (event) => {
  const field = event.target.closest("input[data-names]");
  const list = field && document.getElementById(field.getAttribute("list"));
  if (!list || event.inputType === "insertReplacementText") return;
  const asked = (typed += 1);
  setTimeout(async () => {
    if (asked !== typed || field.value.trim().length < 2) return;
    const answer = await fetch(`/names?q=${encodeURIComponent(field.value)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || asked !== typed) return;
    list.replaceChildren(...(await answer.json()).map((one) => {
      const option = document.createElement("option");
      option.value = one.id;
      option.label = one.relation ? `${one.name} · ${one.relation}` : one.name;
      return option;
    }));
  }, 150);
});

// Pictures that are dropped or chosen are sent one by one, so that the first answer does not wait for the last picture.
const form = $("form[data-send]");
if (form) {
  const input = $("input[type=file]", form);
  const zone = $(".drop", form);
  const status = $("[data-status]", form);
  for (const name of ["dragover", "dragenter"]) {
    zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  }
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change"));
  });
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    send(form, [...input.files], status).catch(() => form.submit());
  });
}

async function send(form, files, status) {
  const fields = new FormData(form);
  fields.delete("pictures");
  const opened = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
  if (!opened.ok) { status.textContent = await said(opened); return; }
  const { address } = await opened.json();
  const token = fields.get("token");
  const bar = document.createElement("progress");
  bar.max = files.length;
  bar.value = 0;
  status.replaceChildren(bar);
  sending = true;
  const refused = [];
  const next = async () => {
    for (let file = files.shift(); file; file = files.shift()) {
      const part = new FormData();
      part.append("token", token);
      part.append("pictures", file, file.name);
      const sent = await fetch(`${address}/pictures`, { method: "POST", body: part, headers: { Accept: "application/json" } });
      if (!sent.ok) refused.push(`${file.name}: ${await said(sent)}`);
      bar.value += 1;
      // What is known already is shown while the rest is sent.
      if (bar.value === 1) follow(`${address}/events`, () => address);
    }
  };
  await Promise.all([next(), next()]);
  sending = false;
  if (refused.length) {
    status.textContent = refused.join("\n");
    const link = document.createElement("a");
    link.href = address;
    link.textContent = address;
    status.append(" ", link);
  } else {
    location.assign(address);
  }
}

async function said(answer) {
  try { return (await answer.json()).detail; } catch { return `${answer.status}`; }
}
