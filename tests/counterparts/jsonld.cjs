// Read JSON-LD documents with the jsonld package and hold each to the statements it should make.
//
// The one argument is a JSON file: {"contexts": {address: file}, "documents": [[address, JSON-LD, N-Quads, part], …]},
// JSON-LD and N-Quads as files; where part is true, the document may lack statements. Writes what differs as JSON:
// [{address, error}, {address, only: [[line that is lacking, …], [line too many, …]]}, …].
// Nothing is fetched: an address that is not among the contexts is an error. Canonicalisation runs in safe mode,
// in which what the processor would drop is an error too.
'use strict';

const fs = require('node:fs');
const jsonld = require('jsonld');

const {contexts, documents} = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const read = file => fs.readFileSync(file, 'utf8');

const loaded = new Map();
async function documentLoader(url) {
  if (!Object.hasOwn(contexts, url)) throw new Error(`nothing may be fetched: ${url}`);
  if (!loaded.has(url)) loaded.set(url, JSON.parse(read(contexts[url])));
  return {contextUrl: null, documentUrl: url, document: loaded.get(url)};
}

const form = {algorithm: 'RDFC-1.0', format: 'application/n-quads'};

async function difference([address, document, statements, part]) {
  const found = await jsonld.canonize(JSON.parse(read(document)), {...form, base: address, documentLoader});
  const wanted = await jsonld.canonize(read(statements), {...form, inputFormat: 'application/n-quads'});
  if (found === wanted) return null;
  const [ours, theirs] = [wanted, found].map(text => new Set(text.split('\n')));
  const only = (some, others) => [...some].filter(line => !others.has(line)).slice(0, 5);
  const [lacking, many] = [only(ours, theirs), only(theirs, ours)];
  if (part && theirs.size > 1 && !many.length) return null;
  return {address, only: [lacking, many]};
}

async function main() {
  const differing = [];
  for (const document of documents) {
    const told = await difference(document).catch(error => ({
      address: document[0],
      error: `${error.message} ${JSON.stringify(error.details ?? {})}`.slice(0, 2000)
    }));
    if (told) differing.push(told);
  }
  process.stdout.write(JSON.stringify(differing));
}

main();
