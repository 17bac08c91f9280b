// Answers from the files of an export in a bucket, as docs/export.md says. Written by `ogpld export`.
import rules from "./rules.js";

const PAGES = ["text/html", "application/xhtml+xml"];
const thing = new RegExp(`^${escaped(rules.prefix)}/doc/[^/]+/[^/.~]+$`);
const suffixes = [...new Set(rules.lists.flatMap(([forms]) => forms.map(([, suffix]) => suffix)))];
const ignored = new RegExp(`^(?:${rules.ignored})$`);

export default {
  async fetch(request, env) {
    if (request.method === "OPTIONS") {
      return answer(204, null, { "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS" });
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      return answer(405, null, { Allow: "GET, HEAD, OPTIONS" });
    }
    const response = await find(request, env.EXPORT);
    return request.method === "HEAD" ? new Response(null, response) : response;
  },
};

async function find(request, bucket) {
  const url = new URL(request.url);
  const path = decoded(url.pathname);
  const accept = request.headers.get("Accept");
  const forms = rules.lists[rules.thingList][0];
  const read = (name) => bucket.get("site" + name);
  const isHtml = chosen(forms, accept) === "html";
  const problem = async (status, stem) => {
    const suffix = isHtml && status !== 406 ? "html" : "json";
    const file = await read(`${stem}.${suffix}`);
    const type = suffix === "html" ? "text/html; charset=utf-8" : rules.problem;
    const headers = { "Content-Type": type, "Cache-Control": "no-store" };
    if (suffix === "html") headers["Content-Security-Policy"] = header("content-security-policy", "/~404.html");
    return answer(status, file && file.body, headers);
  };
  const missing = () => problem(404, `${rules.prefix}/~404`);

  const id = path.startsWith(`${rules.prefix}/id/`) ? path.slice(rules.prefix.length + 4) : null;
  const redirect = rules.redirects[id === null ? path : `${rules.prefix}/doc/${id}`];
  if (redirect) return moved(redirect[0], redirect[1] + url.search);
  const newest = rules.redirects[`${rules.prefix}/dump`];
  if (newest && path.startsWith(`${rules.prefix}/dump/current/`)) {
    return moved(302, newest[1] + encodeURI(path.slice(rules.prefix.length + 13)) + url.search);
  }
  const document = id === null ? path : `${rules.prefix}/doc/${id}`;
  if (document.startsWith(`${rules.prefix}/doc/`)) {
    const stem = document.replace(/\.[^/]*$/, "") + "~gone";
    if (await bucket.head(`site${stem}.json`)) return problem(410, stem);
  }
  if (id !== null) {
    if (!thing.test(document) || !(await bucket.head(`site${document}.${forms[0][1]}`))) return missing();
    return moved(303, document + url.search);
  }

  let page = "", lang = "", named = "";
  for (const [name, value] of path === `${rules.prefix}/sparql` ? [] : url.searchParams) {
    if (name === "page" && /^[0-9]+$/.test(value)) page = value === "1" ? "" : `~${value}`;
    else if (name === "lang" && rules.languages.includes(value)) lang = rules.translated.includes(value) ? `~${value}` : "";
    else if ((name === "format" || name === "_mediatype") && suffixes.includes(value)) named = value;
    else if (!ignored.test(name)) return missing();
  }
  const number = rules.addresses[path] ?? (thing.test(path) ? rules.thingList : null);
  let name;
  const headers = {};
  if (number === null) {
    const parts = /^(.+)\.(html|ttl|jsonld|json|nt|rdf)$/.exec(path);
    name = parts && (page || lang) ? `${parts[1]}${page}${parts[2] === "html" ? lang : ""}.${parts[2]}` : path;
  } else {
    const [list, negotiates] = rules.lists[number];
    const form = named || (negotiates ? chosen(list, accept) : list[0][1]);
    if (!form) return problem(406, `${rules.prefix}/~406`);
    const stem = path.endsWith("/") ? `${path}index` : path;
    name = `${stem}${page}${form === "html" ? lang : ""}.${form}`;
    if (negotiates && !named) headers.Vary = "Accept";
    if (negotiates) {
      headers.Link = [`<${encodeURI(path)}>; rel="canonical"`]
        .concat(list.map(([type, suffix]) => `<${encodeURI(stem)}.${suffix}>; rel="alternate"; type="${type}"`))
        .join(", ");
    }
  }
  const file = /~gone\.|\/~40[46]\./.test(name) ? null : await read(name);
  if (!file) return missing();
  for (const key of Object.keys(rules.headers)) {
    const value = header(key, name);
    if (value) headers[key] = value;
  }
  headers.ETag = file.httpEtag;
  if ((request.headers.get("If-None-Match") ?? "").split(/,\s*/).includes(file.httpEtag)) {
    return answer(304, null, headers);
  }
  return answer(200, file.body, headers);
}

function header(key, name) {
  const table = rules.headers[key];
  const own = table.files[name];
  if (own !== undefined) return own;
  const last = name.slice(name.lastIndexOf("/") + 1);
  const language = /~([a-z]{2,3}|gone)\.html$/.exec(last);
  const suffix = last.includes(".") ? last.slice(last.lastIndexOf(".")) : "";
  return table.endings[language ? `~${language[1]}.html` : suffix] ?? "";
}

// As ogpld/formats/negotiation.py: weight first, then how closely a form is named, then the order of forms.
function chosen(forms, accept) {
  const ranges = parsed(accept ?? "");
  if (!ranges.length) return forms[0][1];
  const types = forms.map(([type]) => type);
  const isPage = ([type]) => PAGES.includes(type);
  const best = (list, wild) => {
    let found = null, reached = [0, -1];
    for (const [type, suffix] of list) {
      const weight = weigh(type, (rules.aliases[type] ?? []).filter((a) => !types.includes(a)), ranges, wild);
      if (weight[0] > 0 && (weight[0] > reached[0] || (weight[0] === reached[0] && weight[1] > reached[1]))) {
        found = suffix;
        reached = weight;
      }
    }
    return [found, reached];
  };
  const [other, reached] = best(forms.filter((form) => !isPage(form)), true);
  const [page, listed] = best(forms.filter(isPage), false);
  if (page && listed[0] >= reached[0]) return page;
  return other ?? best(forms.filter(isPage), true)[0];
}

function weigh(type, aliases, ranges, wild) {
  const of = (name) => ranges.filter((range) => range.type === name).map((range) => range.weight);
  const own = of(type);
  if (own.length && Math.max(...own) === 0) return [0, 2];
  let weight = [0, -1];
  if (own.length) weight = [Math.max(...own), 2];
  else {
    for (const [specificity, name] of [[1, `${type.split("/")[0]}/*`], [0, "*/*"]]) {
      const covering = of(name);
      if (!covering.length) continue;
      if (Math.max(...covering) === 0) return [0, specificity];
      if (wild) weight = [Math.max(...covering), specificity];
      break;
    }
  }
  const named = Math.max(0, ...aliases.flatMap(of));
  return named > 0 && named >= weight[0] ? [named, 2] : weight;
}

function parsed(text) {
  return text.split(",").flatMap((element) => {
    const [range, ...parameters] = element.split(";").map((part) => part.trim());
    const type = range === "*" ? "*/*" : range.toLowerCase();
    if (type.split("/").length !== 2) return [];
    const q = parameters.find((parameter) => /^q\s*=/i.test(parameter));
    const weight = q === undefined ? 1 : Number(q.split("=")[1]);
    return Number.isNaN(weight) || weight < 0 || weight > 1 ? [] : [{ type, weight }];
  });
}

function answer(status, body, headers) {
  return new Response(body, {
    status,
    headers: {
      ...headers,
      "Access-Control-Allow-Origin": "*",
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
    },
  });
}

function moved(status, location) {
  return answer(status, null, { Location: location, "Cache-Control": "public, max-age=300" });
}

function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
