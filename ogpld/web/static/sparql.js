// Turns the form of /sparql into an editor. Without this file, or without the library, the form works.
"use strict";

(() => {
  const form = document.getElementById("ask");
  if (!form || typeof Yasgui === "undefined") return;
  const endpoint = `${location.origin}${form.dataset.endpoint}`; // the library wants it whole
  const textarea = form.elements.namedItem("query");
  const prefixes = JSON.parse(form.dataset.prefixes);
  const programs = document.querySelectorAll("pre[data-code]");

  // The library stores nothing and asks nobody but this server.
  const { Yasqe, Yasr } = Yasgui;
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
    for (const text of [`The query was not answered: ${problem.detail}.`, problem.hint && `What to do: ${problem.hint}.`]) {
      if (!text) continue;
      const paragraph = document.createElement("p");
      paragraph.textContent = text;
      shown.append(paragraph);
    }
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
  keys.textContent = "Keys in the editor: Tab leaves it, Ctrl+Enter runs the query, Ctrl+Space completes a word, Ctrl+] indents.";
  form.before(keys, place);

  // The library gives its parts no names; it makes them anew with each answer.
  const name = (part, attributes) => {
    for (const [attribute, value] of Object.entries(attributes))
      if (part.getAttribute(attribute) !== value) part.setAttribute(attribute, value);
  };
  const parts = {
    ".yasqe .CodeMirror-code": { role: "textbox", "aria-multiline": "true", "aria-label": "Query", "aria-describedby": "editor-keys" },
    ".yasr .CodeMirror textarea": { "aria-label": "Answer, as it was sent" },
    ".yasr .CodeMirror-scroll": { tabindex: "0", role: "region", "aria-label": "Answer" },
    ".yasr_results": { tabindex: "0", role: "region", "aria-label": "Result" },
    ".tableSizer": { "aria-label": "Rows a page" },
    ".tableFilter": { "aria-label": "Only rows with" },
  };
  const switches = { "Simple view": "Without types and languages", Ellipse: "Cut long values" };
  function nameParts() {
    for (const label of place.querySelectorAll(".yasr .switch .label"))
      if (switches[label.textContent]) label.textContent = switches[label.textContent];
    for (const [selector, attributes] of Object.entries(parts))
      for (const part of place.querySelectorAll(selector)) name(part, attributes);
    for (const header of place.querySelectorAll(".yasr thead th:first-child:empty, .yasr thead th:first-child .dt-column-title:empty")) {
      const text = document.createElement("span");
      text.className = "unseen";
      text.textContent = "Row";
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
      createShareableLink: (yasqe) => shareable(yasqe.getValue()),
      consumeShareLink: null,
      collapsePrefixesOnLoad: false,
      inputStyle: "contenteditable", // the text itself is read out, not the line under the cursor
      editorHeight: "320px",
    },
    yasr: { persistenceId: null, prefixes, defaultPlugin: "table" },
  });
  form.hidden = true;
  for (const part of document.querySelectorAll("[data-plain]")) part.hidden = true;
  place.classList.add("ready");

  // the query that was asked, as files and with an address of its own
  function showFiles(query) {
    files.hidden = query.length >= 4000;
    files.replaceChildren("The same as ");
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
    const answer = await fetch(`${address(query)}&format=html&lang=${document.documentElement.lang}`);
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
  // values as people read them; the switch above the table shows types and languages
  const { plugins } = tab.getYasr().config;
  plugins.table = { ...plugins.table, dynamicConfig: { compact: true } };
  yasqe.setOption("extraKeys", { ...yasqe.getOption("extraKeys"), Tab: false, "Shift-Tab": false });
  nameParts();
  tab.setQuery(fromFragment || textarea.value);
  editor.on("query", (_, used) => {
    const query = used.getYasqe().getValue();
    showPrograms(query);
    showFiles(query);
    history.replaceState(null, "", shareable(query));
  });
  // the event comes before its results are set
  editor.on("queryResponse", (_, used) => setTimeout(() => showAbsences(used).catch(() => {})));
  const add = (tab) => tab.setRequestConfig({ args: added() });
  editor.on("tabSelect", (_, id) => add(editor.getTab(id)));
  boxes.addEventListener("change", () => {
    add(editor.getTab());
    editor.getTab().query().catch(() => {});
  });
  tab.query().catch(() => {});
})();
