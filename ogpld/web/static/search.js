// Completes what is typed into a search box (ARIA combobox with a list box). Without it the boxes work.
"use strict";

(() => {
  const wait = 120; // milliseconds without a key before somebody is asked
  let boxes = 0;

  function complete(form) {
    const input = form.elements.namedItem("q");
    if (!input) return;
    const list = document.createElement("ul");
    list.id = `suggestions-${(boxes += 1)}`;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.dataset.suggestions);
    list.hidden = true;
    const status = document.createElement("span"); // says how many there are to who does not see them
    status.className = "unseen";
    status.setAttribute("role", "status");
    form.append(list, status);
    const attributes = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

    let chosen = -1;
    let timer;
    let asked;

    function close() {
      clearTimeout(timer);
      asked?.abort();
      list.hidden = true;
      list.replaceChildren();
      status.textContent = "";
      choose(-1);
      input.setAttribute("aria-expanded", "false");
    }

    function choose(number) {
      chosen = number;
      [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === number)));
      const option = list.children[number];
      if (option) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    }

    function go(option) {
      location.assign(option.dataset.href);
    }

    function show(suggestions) {
      list.replaceChildren(...suggestions.filter((one) => one.document).map((one, place) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${place}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.href = one.document;
        const name = document.createElement("bdi");
        const isName = !["key", "code", "identifier"].includes(one.nameKind); // these are in the description
        name.textContent = isName ? one.name : one.label;
        const language = isName ? one.language : one.labelLanguage;
        if (language && language !== "und") name.lang = language;
        const about = document.createElement("span");
        about.className = "host";
        about.textContent = ` ${one.description}`;
        option.append(name, about);
        option.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
        option.addEventListener("click", () => go(option));
        return option;
      }));
      list.hidden = !list.children.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      status.textContent = `${form.dataset.suggestions} (${list.children.length})`;
      choose(-1);
    }

    async function ask() {
      const text = input.value.trim();
      if (!text) return close();
      asked?.abort();
      asked = new AbortController();
      const parameters = new URLSearchParams({ q: text, format: "json" });
      const kind = form.elements.namedItem("class")?.value;
      if (kind) parameters.set("class", kind);
      const { lang } = document.documentElement;
      if (lang !== "en") parameters.set("lang", lang);
      try {
        const answer = await fetch(`${form.dataset.endpoint}?${parameters}`, { signal: asked.signal });
        if (answer.ok) show(await answer.json());
      } catch {
        // another text is on its way, or the server is gone: the box works on without suggestions
      }
      return undefined;
    }

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, wait);
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      const last = list.children.length - 1;
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if (event.key === "ArrowDown" && list.hidden) {
        ask();
      } else if (event.key === "ArrowDown") {
        event.preventDefault();
        choose(chosen >= last ? -1 : chosen + 1);
      } else if (event.key === "ArrowUp" && !list.hidden) {
        event.preventDefault();
        choose(chosen < 0 ? last : chosen - 1);
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        go(list.children[chosen]);
      }
    });
  }

  for (const form of document.querySelectorAll("form[data-endpoint][role=search]")) complete(form);
})();

// An anchor of another page of a long text is a link in its contents, one of a long table is a row: go on to it.
(() => {
  function follow() {
    const anchor = decodeURIComponent(location.hash.slice(1));
    const place = anchor && document.getElementById(anchor);
    if (place instanceof HTMLAnchorElement && place.hash === location.hash) location.replace(place.href);
    const row = /^(?:row|cell)=(\d+)/.exec(anchor);
    const table = document.querySelector("form.row");
    if (row && table && !place) location.replace(`${table.getAttribute("action")}?row=${row[1]}${location.hash}`);
  }
  addEventListener("hashchange", follow);
  follow();
})();

// What can be moved sideways is a stop of the keyboard and has a name; what fits its room is none.
(() => {
  function mark(part) {
    if (part.scrollWidth <= part.clientWidth && part.scrollHeight <= part.clientHeight) return part.removeAttribute("tabindex");
    part.tabIndex = 0;
    if (part.hasAttribute("role")) return undefined;
    const named = part.closest(":is(details, section, main):has(summary, h1, h2, h3)");
    const near = part.querySelector("caption") || named.querySelector("summary, h1, h2, h3");
    part.setAttribute("role", "group");
    part.setAttribute("aria-label", near.textContent.trim());
    return undefined;
  }
  const observer = new ResizeObserver((entries) => entries.forEach(({ target }) => mark(target)));
  for (const part of document.querySelectorAll(".wide")) observer.observe(part);
})();
