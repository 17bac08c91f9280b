// Asks the worker of an export, over its files in the place of a bucket, and prints what it answers.
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const { default: worker } = await import(pathToFileURL(`${folder}/worker/worker.js`));
const isFile = (name) => statSync(`${folder}/${name}`, { throwIfNoEntry: false })?.isFile() ?? false;
const bucket = {
  get: async (name) => (isFile(name) ? { body: readFileSync(`${folder}/${name}`), httpEtag: '"1"' } : null),
  head: async (name) => (isFile(name) ? {} : null),
};
const answers = [];
for (const [path, accept] of JSON.parse(readFileSync(0, "utf8"))) {
  const request = new Request(`http://localhost${path}`, { headers: accept ? { Accept: accept } : {} });
  const answer = await worker.fetch(request, { EXPORT: bucket });
  const body = Buffer.from(await answer.arrayBuffer());
  answers.push({
    status: answer.status,
    place: answer.headers.get("Location") ?? answer.headers.get("Content-Type"),
    digest: [200, 410].includes(answer.status) ? createHash("sha256").update(body).digest("hex") : "",
    origin: answer.headers.get("Access-Control-Allow-Origin"),
  });
}
process.stdout.write(JSON.stringify(answers));
