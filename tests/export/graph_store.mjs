// Answers the named questions over a dump with the engine and the code of the page /sparql of exports.
import { readFileSync, createReadStream } from "node:fs";
import { pathToFileURL } from "node:url";

const [page, engine, dump, questions] = process.argv.slice(2);
const { ask, fill, unpacked } = await import(pathToFileURL(`${page}/graph-store.js`));
const { initSync, Store } = await import(pathToFileURL(`${engine}/web.js`));
initSync({ module: readFileSync(`${engine}/web_bg.wasm`) });
const { base, hidden, queries } = JSON.parse(readFileSync(questions, "utf8"));
const store = new Store();
await fill(store, unpacked(createReadStream(dump)), hidden);
const answers = {};
for (const [name, text] of Object.entries(queries)) {
  try {
    answers[name] = ask(store, text, base);
  } catch (error) {
    answers[name] = { error: String(error) };
  }
}
process.stdout.write(JSON.stringify({ answers }));
