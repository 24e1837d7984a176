// Search and filters, the graph's highlights, the theme and the copy buttons. Without it every page still reads.
"use strict";

const root = document.documentElement;

// --- theme: the system's unless one is chosen -------------------------------------------------------
const themes = ["auto", "light", "dark"];
const memory = {
  get: () => { try { return localStorage.getItem("theme") || "auto"; } catch { return "auto"; } },
  set: (theme) => { try { localStorage.setItem("theme", theme); } catch { /* a browser may forbid storage for files */ } },
};
function wear(theme) {
  if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme;
  const button = document.getElementById("theme");
  button.textContent = { auto: "Theme: auto", light: "Theme: light", dark: "Theme: dark" }[theme];
}
const themeButton = document.getElementById("theme");
themeButton.hidden = false;
wear(memory.get());
themeButton.addEventListener("click", () => {
  const next = themes[(themes.indexOf(memory.get()) + 1) % themes.length];
  memory.set(next);
  wear(next);
});

// --- "/" goes to the search box ---------------------------------------------------------------------
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  event.preventDefault();
  (document.getElementById("q") || document.querySelector("header input[type=search]")).focus();
});

// --- copy buttons, and all details open on paper ----------------------------------------------------
for (const block of document.querySelectorAll("pre.copy")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  const frame = document.createElement("div");
  frame.className = "copyframe";
  block.replaceWith(frame);
  frame.append(block, button);
}
const PAPER = 660; // pixels between the margins of a page
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")].filter((one) => !one.closest(".noprint"));
  for (const one of closed) one.open = true;
  // A formula that no line break makes narrow enough is drawn smaller.
  for (const one of document.querySelectorAll(".formula")) {
    const widest = Math.max(...[...one.children].map((math) => math.getBoundingClientRect().width));
    if (widest > PAPER) one.style.zoom = PAPER / widest;
  }
});
addEventListener("afterprint", () => {
  for (const one of closed) one.open = false;
  for (const one of document.querySelectorAll(".formula")) one.style.zoom = "";
});

// --- the table of all statements --------------------------------------------------------------------
const table = document.getElementById("all");
if (table) {
  const fields = ["verdict", "kind", "paper", "form"];
  const inputs = Object.fromEntries(["q", ...fields].map((name) => [name, document.getElementById(name)]));
  const rows = [...table.tBodies[0].rows].map((row) => ({ row, text: `${row.textContent} ${row.dataset.source} ${row.cells[0].textContent}`.toLowerCase(), data: row.dataset }));
  let unexpected = false;

  const apply = () => {
    const words = inputs.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text, data } of rows) {
      const fits = words.every((word) => text.includes(word))
        && fields.every((name) => !inputs[name].value || data[name].replaceAll(" ", "-") === inputs[name].value)
        && (!unexpected || data.expected === "unexpected");
      row.hidden = !fits;
      shown += fits;
    }
    document.getElementById("shown").textContent = shown === rows.length ? `${shown} statements` : `${shown} of ${rows.length} statements`;
    document.getElementById("nothing").hidden = shown > 0;
  };
  const remember = () => {
    const chosen = new URLSearchParams();
    for (const [name, input] of Object.entries(inputs)) if (input.value) chosen.set(name, input.value);
    if (unexpected) chosen.set("expected", "unexpected");
    history.replaceState(null, "", location.pathname + (chosen.size ? `#${chosen}` : ""));
    apply();
  };
  const recall = () => {
    const asked = new URLSearchParams(location.hash.slice(1) || location.search.slice(1));
    for (const [name, input] of Object.entries(inputs)) input.value = asked.get(name) || "";
    unexpected = asked.get("expected") === "unexpected";
    apply();
  };
  for (const input of Object.values(inputs)) input.addEventListener("input", remember);
  document.getElementById("filters").addEventListener("reset", () => { unexpected = false; setTimeout(remember); });
  addEventListener("hashchange", recall);
  recall();
}

// --- the dependency graph ---------------------------------------------------------------------------
const graph = document.getElementById("graph");
if (graph) {
  const near = JSON.parse(document.getElementById("near").textContent);
  const nodes = new Map([...graph.querySelectorAll("a[data-key]")].map((node) => [node.dataset.key, node]));
  const edges = [...graph.querySelectorAll("path[data-from]")];

  const reach = (start, side) => {
    const found = new Set([start]);
    for (const key of found) for (const next of (near[key] || [[], []])[side]) if (nodes.has(next)) found.add(next);
    return found;
  };
  const light = (key) => {
    const beneath = reach(key, 0);
    const above = reach(key, 1);
    graph.classList.add("lit");
    for (const [name, node] of nodes) node.classList.toggle("on", beneath.has(name) || above.has(name));
    for (const edge of edges) {
      const { from, to } = edge.dataset;
      edge.classList.toggle("on", (beneath.has(from) && beneath.has(to)) || (above.has(from) && above.has(to)));
    }
  };
  const dim = () => {
    graph.classList.remove("lit");
    for (const one of graph.querySelectorAll(".on")) one.classList.remove("on");
  };
  for (const [key, node] of nodes) {
    node.addEventListener("pointerenter", () => light(key));
    node.addEventListener("focus", () => light(key));
    node.addEventListener("pointerleave", dim);
    node.addEventListener("blur", dim);
  }

  const size = [Number(graph.getAttribute("width")), Number(graph.getAttribute("height"))];
  let scale = 1;
  const zoom = (to) => {
    scale = Math.min(2, Math.max(0.15, to));
    graph.setAttribute("width", size[0] * scale);
    graph.setAttribute("height", size[1] * scale);
  };
  const frame = graph.parentElement;
  document.querySelector(".zoom").hidden = false;
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      const what = button.dataset.zoom;
      zoom(what === "in" ? scale * 1.25 : what === "out" ? scale / 1.25 : Math.min(1, frame.clientWidth / size[0], innerHeight * 0.8 / size[1]));
    });
  }
  const asked = nodes.get(decodeURIComponent(location.hash.slice(1)));
  if (asked) {
    light(asked.dataset.key);
    asked.scrollIntoView({ block: "center", inline: "center" });
  }
}
