// Answer SPARQL queries with Comunica over a source, or over none but what SERVICE names.
//
//   node comunica.cjs [ADDRESS] < {"name": "SELECT …", …}
//
// prints {"name": {"rows": [{"variable": "term", …}, …], "seconds": 0.1}, …}, or {"name": {"error": "…"}} where it cannot.
const { QueryEngine } = require("@comunica/query-sparql");

async function answer(engine, query, source) {
  const began = Date.now();
  try {
    const stream = await engine.queryBindings(query, { sources: source ? [source] : [] });
    const rows = (await stream.toArray()).map((row) =>
      Object.fromEntries([...row].map(([variable, term]) => [variable.value, term.value])));
    return { rows, seconds: (Date.now() - began) / 1000 };
  } catch (error) {
    return { error: String(error.message), seconds: (Date.now() - began) / 1000 };
  }
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const queries = JSON.parse(Buffer.concat(chunks).toString());
  const engine = new QueryEngine();
  const answers = {};
  for (const [name, query] of Object.entries(queries)) {
    answers[name] = await answer(engine, query, process.argv[2]);
  }
  process.stdout.write(JSON.stringify(answers));
}

main();
