// Data and queries of the page /sparql of an export; no page in here, so that Node runs it as browsers do.

const BATCH = 1 << 20;

/** Load N-Quads from an async iterable of bytes; then the default graph is the union of all but the hidden graph. */
export async function fill(store, chunks, hidden, onBytes = () => {}) {
  const decoder = new TextDecoder();
  let text = "";
  const load = (part) => part && store.load(part, { format: "application/n-quads", no_transaction: true });
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    onBytes(chunk.length);
    if (text.length < BATCH) continue;
    const end = text.lastIndexOf("\n") + 1;
    load(text.slice(0, end));
    text = text.slice(end);
  }
  load(text + decoder.decode());
  store.update(`INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(?g != <${hidden}>) }`);
}

/** Return the answer to a query: {head, results} of a SELECT, {boolean} of an ASK, {triples} as N-Triples. */
export function ask(store, query, base) {
  const options = { base_iri: base };
  const answer = store.query(query, options);
  if (typeof answer === "boolean") return { boolean: answer };
  if (answer.length && !(answer[0] instanceof Map)) {
    return { triples: store.query(query, { ...options, results_format: "application/n-triples" }) };
  }
  try {
    return JSON.parse(store.query(query, { ...options, results_format: "application/sparql-results+json" }));
  } catch (error) {
    if (answer.length) throw error;
    return { triples: "" };
  }
}

/** Return the key of the one member that a query names, "" for none or several. */
export function memberOf(query, base) {
  const place = `${base}id/member/`;
  const keys = new Set();
  for (let at = query.indexOf(place); at >= 0; at = query.indexOf(place, at + 1)) {
    keys.add(/^[A-Za-z0-9-]*/.exec(query.slice(at + place.length))[0]);
  }
  return keys.size === 1 ? [...keys][0] : "";
}
