// Turns the form of /sparql into an editor. Without this file, or without the library, the form works.
"use strict";

(() => {
  const form = document.getElementById("ask");
  if (!form || typeof Yasgui === "undefined") return;
  const endpoint = `${location.origin}${form.dataset.endpoint}`; // the library wants it whole
  const textarea = form.elements.namedItem("query");
  const texts = JSON.parse(form.dataset.texts); // in the language of the page
  const shownPrefixes = document.getElementById("prefixes").textContent.matchAll(/^PREFIX (\S*): <(.*)>$/gm);
  const prefixes = Object.fromEntries([...shownPrefixes].map(([, prefix, namespace]) => [prefix, namespace]));
  const { lang } = document.documentElement;
  const programs = document.querySelectorAll("pre[data-code]");

  // The library stores nothing and asks nobody but this server.
  const { Yasqe, Yasr } = Yasgui;
  const sort = `${texts.colon}${texts.sort}`;
  Yasr.plugins.table.defaults.tableConfig.language = {
    info: texts.info,
    infoEmpty: texts.none,
    infoFiltered: "",
    emptyTable: texts.none,
    zeroRecords: texts.none,
    paginate: { first: "<<", last: ">>", next: ">", previous: "<" },
    aria: {
      orderable: sort,
      orderableReverse: sort,
      orderableRemove: sort,
      paginate: { first: texts.first, last: texts.last, next: texts.next, previous: texts.previous },
    },
  };
  const iri = (name, kind, isThere) => ({
    ...Yasqe.Autocompleters[kind],
    name,
    bulk: true,
    persistenceId: null,
    get: () => vocabulary().then((terms) => terms[kind]),
    isValidCompletionPosition: isThere || Yasqe.Autocompleters[kind].isValidCompletionPosition,
  });

  let asked;
  function vocabulary() {
    const query = `PREFIX void: <http://rdfs.org/ns/void#>
SELECT DISTINCT ?class ?property {
  { ?data void:classPartition/void:class ?class } UNION { ?data void:propertyPartition/void:property ?property }
}`;
    asked ??= fetch(`${endpoint}?format=json&query=${encodeURIComponent(query)}`)
      .then((answer) => (answer.ok ? answer.json() : { results: { bindings: [] } }))
      .then(({ results }) => {
        const values = (name) => results.bindings.flatMap((row) => (row[name] ? [row[name].value] : []));
        return { class: values("class"), property: values("property") };
      });
    return asked;
  }

  Yasqe.registerAutocompleter({
    ...Yasqe.Autocompleters.prefixes,
    name: "ogpld-prefixes",
    persistenceId: null,
    get: () => Object.entries(prefixes).map(([prefix, namespace]) => `${prefix}: <${namespace}>`).sort(),
  });
  Yasqe.registerAutocompleter(iri("ogpld-class", "class"));
  Yasqe.registerAutocompleter(iri("ogpld-property", "property"));

  // columns beside the rows: the boxes of the form go on working above the editor
  const boxes = form.querySelector(".added");
  const added = () => [...boxes.querySelectorAll("input:checked")].map(({ name, value }) => ({ name, value }));
  const address = (query) => `${endpoint}?${new URLSearchParams([
    ["query", query], ...added().map(({ name, value }) => [name, value]),
  ])}`;
  // past this length proxies refuse addresses; the part after # never leaves the browser
  const shareable = (query) =>
    query.length < 4000 ? address(query) : `${endpoint}#query=${encodeURIComponent(query)}`;

  // as ogpld/web/sparql/program_examples.py: no text ends the string it stands in
  const hidden = /(?![ \n\t])[\p{C}\p{Z}]/u;
  const hex = (character) => character.codePointAt(0).toString(16);
  const escaped = (text) => text
    .replace(/[\\']/g, "\\$&")
    .replace(/(?![ \n\t])[\p{C}\p{Z}]/gu, (character) => `\\U${hex(character).padStart(8, "0")}`);
  const inForm = (text) => text.replace(/[^ -~\n\t]|[%&+']/gu, (character) =>
    character === "'" ? "%27" : encodeURIComponent(character));
  const quoted = {
    curl: (text) => hidden.test(text)
      ? `--data 'query=${inForm(text)}'`
      : `--data-urlencode 'query=${text.replaceAll("'", "'\\''")}'`,
    Python: (text) => `'''\\\n${escaped(text)}'''`,
    R: (text) => `'${escaped(text)}'`,
  };
  // end of the strings

  function showPrograms(query) {
    for (const pre of programs) {
      pre.textContent = pre.dataset.code
        .replaceAll("${base}", () => form.dataset.base)
        .replace("${query}", () => quoted[pre.dataset.language](query));
    }
  }

  // what a code means in another language than English, as the page of the error has it
  async function meaning(problem) {
    if (lang === "en") return "";
    const answer = await fetch(`${problem.type}?lang=${lang}`, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
    return page.querySelector("main .lead:not(:has([lang]))")?.textContent ?? "";
  }

  // what the server says was wrong, in sentences; other failures the library shows in its own way
  async function showProblem(error) {
    let problem;
    try {
      problem = JSON.parse(error.text);
    } catch {
      return undefined;
    }
    if (!problem.detail) return undefined;
    const shown = document.createElement("div");
    const say = (head, text, language) => {
      const paragraph = document.createElement("p");
      const said = document.createElement("bdi");
      said.textContent = text;
      if (language !== lang) said.lang = language;
      paragraph.append(head, said);
      shown.append(paragraph);
    };
    const told = await meaning(problem).catch(() => "");
    if (told) say(`${texts.failed}${texts.colon}`, told, lang);
    say(`${told ? texts.details : texts.failed}${texts.colon}`, `${problem.detail}.`, "en");
    if (problem.hint) say(`${texts.remedy} `, `${problem.hint}.`, "en");
    shown.setAttribute("role", "alert");
    return shown;
  }
  Yasr.defaults.errorRenderers = [showProblem];

  const fromFragment = new URLSearchParams(location.hash.slice(1)).get("query");
  const place = document.createElement("div");
  place.id = "editor";
  const keys = document.createElement("p");
  keys.id = "editor-keys";
  keys.className = "facts";
  keys.textContent = texts.keys;
  const status = document.createElement("p"); // says what came to who does not see it
  status.className = "unseen";
  status.setAttribute("role", "status");
  form.before(keys, place, status);

  // The library gives its parts no names; it makes them anew with each answer.
  const name = (part, attributes) => {
    for (const [attribute, value] of Object.entries(attributes))
      if (part.getAttribute(attribute) !== value) part.setAttribute(attribute, value);
  };
  const parts = {
    ".yasqe .CodeMirror-code": { role: "textbox", "aria-multiline": "true", "aria-label": texts.query, "aria-describedby": "editor-keys" },
    ".yasqe_sharePopup input": { "aria-label": texts["Share query"], readonly: "" },
    ".yasr .CodeMirror textarea": { "aria-label": texts.Response },
    ".yasr .CodeMirror-scroll": { tabindex: "0", role: "region", "aria-label": texts.Response },
    ".yasr_results": { tabindex: "0", role: "region", "aria-label": texts.result },
    ".tableSizer": { "aria-label": texts["Page size:"] },
    ".yasr_external_ref_btn": { title: texts.help },
    ".dt-paging nav": { "aria-label": texts.pages },
  };
  // its words become ours: on what is seen, and in names, which say the same
  const worded = ".yasqe_buttons button, .yasr_header :is(button, span, option, input, a), .overlay_btn, .overlay_btn span";
  function nameParts() {
    for (const [selector, attributes] of Object.entries(parts))
      for (const part of place.querySelectorAll(selector)) name(part, attributes);
    for (const part of place.querySelectorAll(worded)) {
      const seen = part.textContent.trim();
      if (!part.firstElementChild && texts[seen] && texts[seen] !== seen) part.textContent = texts[seen];
      for (const attribute of ["title", "placeholder"]) {
        const own = part.getAttribute(attribute);
        if (own) name(part, { [attribute]: texts[own] || own, "aria-label": texts[own] || own });
      }
    }
    const chip = place.querySelector(".yasr_response_chip");
    const came = /^(?:(\d+) results?|Response) in ([\d.]+) seconds?$/.exec(chip?.textContent ?? "");
    if (came) {
      const [rows, seconds] = came.slice(1).map((number) => number && Number(number).toLocaleString(lang));
      chip.textContent = `${rows ? `${texts.rows} ${rows}` : texts.result} (${seconds} s)`;
    }
    for (const header of place.querySelectorAll(".yasr thead th:first-child:empty, .yasr thead th:first-child .dt-column-title:empty")) {
      const text = document.createElement("span");
      text.className = "unseen";
      text.textContent = texts.row;
      header.append(text);
    }
  }
  new MutationObserver(nameParts).observe(place, { childList: true, subtree: true });
  place.before(boxes);
  const files = document.createElement("p");
  files.className = "formats";
  place.after(files);
  const registration = document.querySelector("form[action$=q]");
  const editor = new Yasgui(place, {
    requestConfig: { endpoint, method: "POST", args: added() },
    endpointCatalogueOptions: { getData: () => [], keys: [], renderItem: () => {} },
    persistenceId: null,
    populateFromUrl: false,
    copyEndpointOnNewTab: true,
    autofocus: false,
    yasqe: {
      value: fromFragment || textarea.value,
      persistenceId: null,
      autocompleters: ["ogpld-prefixes", "variables", "ogpld-class", "ogpld-property"],
      consumeShareLink: null,
      collapsePrefixesOnLoad: false,
      inputStyle: "contenteditable", // the text itself is read out, not the line under the cursor
      editorHeight: "320px",
    },
    yasr: { persistenceId: null, prefixes, defaultPlugin: "table" },
  });
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !place.querySelector(".yasqe_sharePopup")) return;
    document.body.click(); // as the library closes it
    place.querySelector(".yasqe_share").focus();
  });
  form.hidden = true;
  for (const part of document.querySelectorAll("[data-plain]")) part.hidden = true;
  place.classList.add("ready");

  // the query that was asked, as files and with an address of its own
  function showFiles(query) {
    files.hidden = query.length >= 4000;
    files.replaceChildren(`${texts.same} `);
    for (const { value, text } of form.elements.namedItem("format").options) {
      if (value === "html") continue;
      const link = document.createElement("a");
      link.href = `${address(query)}&format=${value}`;
      link.textContent = text;
      files.append(...(files.children.length ? [" · ", link] : [link]));
    }
    if (!registration) return;
    for (const name of ["labels", "why"]) registration.elements.namedItem(name)?.remove();
    for (const { name, value } of [{ name: "query", value: query }, ...added()]) {
      const input = registration.elements.namedItem(name) || document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      registration.append(input);
    }
  }

  // why there may be nothing, as the page of the query says it
  let absences = document.getElementById("absences");
  async function showAbsences(used) {
    absences?.remove();
    absences = null;
    const { results } = used.getYasr();
    const query = used.getYasqe().getValue();
    const rows = results?.getBindings?.() || [];
    const isEmpty = results && results.getBoolean?.() !== true && rows.length <= 100 &&
      rows.every((row) => Object.values(row).every(({ value }) => value === "0"));
    if (!isEmpty || query.length >= 4000) return;
    const answer = await fetch(`${address(query)}&format=html&lang=${lang}`);
    if (!answer.ok || query !== used.getYasqe().getValue()) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    absences?.remove(); // an answer before may have put one there meanwhile
    absences = page.getElementById("absences");
    if (!absences) return;
    absences.hidden = false;
    files.before(absences);
  }

  const tab = editor.getTab();
  const yasqe = tab.getYasqe();
  yasqe.config.createShareableLink = () => shareable(yasqe.getValue()); // a tab sets its own, with all of its state in it
  // values as people read them; the switch above the table shows types and languages
  const { plugins } = tab.getYasr().config;
  plugins.table = { ...plugins.table, dynamicConfig: { compact: true } };
  yasqe.setOption("extraKeys", { ...yasqe.getOption("extraKeys"), Tab: false, "Shift-Tab": false });
  nameParts();
  tab.setQuery(fromFragment || textarea.value);
  editor.on("query", (_, used) => {
    const query = used.getYasqe().getValue();
    status.textContent = "";
    showPrograms(query);
    showFiles(query);
    history.replaceState(null, "", shareable(query));
  });
  // the event comes before its results are set
  editor.on("queryResponse", (_, used) => setTimeout(() => {
    if (!used.getYasr().results?.hasError()) status.textContent = place.querySelector(".yasr_response_chip").textContent;
    showAbsences(used).catch(() => {});
  }));
  const add = (tab) => tab.setRequestConfig({ args: added() });
  editor.on("tabSelect", (_, id) => add(editor.getTab(id)));
  boxes.addEventListener("change", () => {
    add(editor.getTab());
    editor.getTab().query().catch(() => {});
  });
  tab.query().catch(() => {});
})();
