// The page /sparql of an export: asks the data in the browser. What it shows of answers is text, never markup.
import init, { Store } from "./browser/web.js";
import { ask, fill, unpacked } from "./graph-store.js";

const form = document.getElementById("ask");
const state = document.getElementById("state");
const progress = document.getElementById("progress");
const result = document.getElementById("result");
const { base, dumps, hidden } = form.dataset;
const stores = new Map();

const parameters = new URLSearchParams(location.search);
if (parameters.get("query")) form.query.value = parameters.get("query");
const wanted = (parameters.get("member") ?? "").toLowerCase();
if ([...form.member.options].some((option) => option.value === wanted)) form.member.value = wanted;
state.textContent = "Ready.";
form.addEventListener("submit", (event) => {
  event.preventDefault();
  run().catch((error) => {
    state.textContent = String(error.message ?? error);
    progress.hidden = true;
  });
});
if (parameters.get("query")) form.requestSubmit();

async function run() {
  result.replaceChildren();
  const dataset = form.member.value;
  const [store, size] = stores.get(dataset) ?? (await open(dataset));
  stores.set(dataset, [store, size]);
  const began = performance.now();
  const answer = ask(store, form.query.value, base);
  const name = form.member.selectedOptions[0].textContent;
  const took = `${Math.round(performance.now() - began)} ms, ${size.toLocaleString()} statements of ${name}${form.member.selectedIndex ? " alone" : ""}`;
  if ("boolean" in answer) state.textContent = `${answer.boolean ? "Yes" : "No"} (${took})`;
  else if ("triples" in answer) {
    state.textContent = took;
    result.append(element("pre", answer.triples));
  } else {
    const rows = answer.results.bindings;
    state.textContent = `${rows.length.toLocaleString()} rows (${took})`;
    result.append(table(answer.head.vars, rows));
  }
}

async function open(dataset) {
  await init({ module_or_path: new URL("./browser/web_bg.wasm", import.meta.url) });
  const response = await fetch(`${dumps}/${dataset}/data.nq.gz`);
  if (!response.ok) throw new Error(`The data cannot be loaded: ${response.status}.`);
  const total = Number(response.headers.get("Content-Length"));
  let loaded = 0;
  progress.hidden = false;
  const counted = new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.length;
      progress.value = total ? loaded / total : 0;
      state.textContent = `Loading ${(loaded / 1e6).toFixed(1)} MB${total ? ` of ${(total / 1e6).toFixed(1)}` : ""} …`;
      controller.enqueue(chunk);
    },
  });
  const store = new Store();
  const size = await fill(store, unpacked(pieces(response.body.pipeThrough(counted))), hidden);
  progress.hidden = true;
  return [store, size];
}

async function* pieces(stream) {
  const reader = stream.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
}

function table(names, rows) {
  const body = element("tbody");
  for (const row of rows.slice(0, 1000)) {
    const line = element("tr");
    for (const name of names) line.append(cell(row[name]));
    body.append(line);
  }
  const head = element("tr");
  for (const name of names) head.append(element("th", name));
  const whole = element("table");
  const top = element("thead");
  top.append(head);
  whole.append(top, body);
  if (rows.length > 1000) whole.prepend(element("caption", `The first 1,000 of ${rows.length.toLocaleString()} rows.`));
  return whole;
}

function cell(term) {
  const place = element("td");
  if (term?.type === "uri" && /^https?:/.test(term.value)) {
    const link = element("a", term.value);
    link.href = term.value.startsWith(base) ? `${new URL(base).pathname}${term.value.slice(base.length)}` : term.value;
    place.append(link);
  } else place.textContent = term?.value ?? "";
  return place;
}

function element(name, text) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  return made;
}
