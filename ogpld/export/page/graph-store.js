// Data and queries of the page /sparql of an export; no page in here, so that Node runs it as browsers do.

const BATCH = 1 << 20;
// How a member of gzip begins that has no name and no time (RFC 1952 section 2.3).
const MEMBER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0];

/** Yield the bytes of a dump from an async iterable of its compressed ones; browsers unpack one member of gzip at a time. */
export async function* unpacked(chunks) {
  let rest = new Uint8Array();
  for await (const chunk of chunks) {
    const from = Math.max(1, rest.length - MEMBER.length + 1);
    rest = joined(rest, chunk);
    for (let at = beginning(rest, from); at > 0; at = beginning(rest, 1)) {
      yield await member(rest.subarray(0, at));
      rest = rest.slice(at);
    }
  }
  yield await member(rest);
}

async function member(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function joined(first, second) {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** Return where the next member begins, -1 where none does. */
function beginning(bytes, from) {
  let at = bytes.indexOf(MEMBER[0], from);
  while (at > 0 && !MEMBER.every((byte, place) => bytes[at + place] === byte)) at = bytes.indexOf(MEMBER[0], at + 1);
  return at;
}

/** Load N-Quads from an async iterable of bytes; then the default graph is the union of all but the hidden graph; return its size. */
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
  const inGraphs = store.size;
  store.update(`INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(?g != <${hidden}>) }`);
  return store.size - inGraphs;
}

/** Return the answer to a query: {head, results} of a SELECT, {boolean} of an ASK, {triples} as N-Triples. */
export function ask(store, query, base) {
  if (query.includes("http://jena.apache.org/text#")) throw new Error("Text search needs a server: use FILTER(CONTAINS(…)) here.");
  const options = { base_iri: base };
  const answer = store.query(query, options);
  if (typeof answer === "boolean") return { boolean: answer };
  if (answer.length && !(answer[0] instanceof Map)) {
    return { triples: store.query(query, { ...options, results_format: "application/n-triples" }) };
  }
  try {
    const rows = JSON.parse(store.query(query, { ...options, results_format: "application/sparql-results+json" }));
    rows.head.vars = inOrder(rows.head.vars, query);
    return rows;
  } catch (error) {
    if (answer.length) throw error;
    return { triples: "" };
  }
}

/** Return the columns of `SELECT *` in the order in which the query names them, as the server has them. */
function inOrder(names, query) {
  const text = query.replace(/<[^<>"{}|^`\\\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#.*/g, " ");
  if (/\bselect\s*(?:distinct\b|reduced\b)?\s*(\S)/i.exec(text)?.[1] !== "*") return names;
  const order = [...text.matchAll(/[?$]([\p{L}\p{N}_\u00B7\u203F\u2040]+)/gu)].map((match) => match[1]);
  return [...new Set(order)].filter((name) => names.includes(name));
}
