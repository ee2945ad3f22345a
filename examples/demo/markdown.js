// SPDX-License-Identifier: Apache-2.0
// Renders the Markdown subset of our docs as elements; text is set as text and needs no escaping.
const inline_rule = new RegExp(
  [
    /(`+)(.+?)\1/, // code
    /!\[([^\]]*)\]\(([^)]*)\)/, // a picture
    /\[((?:[^\]`]|`[^`]*`)*)\]\(([^)]*)\)/, // a link
    /\*\*(.+?)\*\*/,
    /\*([^*]+)\*/,
  ]
    .map((rule) => rule.source)
    .join("|"),
  "g",
);
const block_start = /^(#{1,6} |```|\||\s*(?:- |\d+\. ))/;

function made(name, ...children) {
  const element = document.createElement(name);
  element.append(...children);
  return element;
}

/// `link_of(target)` returns the address of a link, or null to show it as text.
export function render(markdown, link_of) {
  const lines = markdown.split("\n");
  const blocks = [];
  for (let at = 0; at < lines.length; ) {
    const [block, next] = block_at(lines, at, link_of);
    if (block) blocks.push(block);
    at = next;
  }
  return blocks;
}

function block_at(lines, at, link_of) {
  const line = lines[at];
  if (!line.trim()) return [null, at + 1];
  if (line.startsWith("```")) return fenced(lines, at);
  const heading = /^(#{1,6}) (.*)$/.exec(line);
  if (heading) {
    const element = made(`h${heading[1].length}`, ...inline(heading[2], link_of));
    element.id = slug(heading[2]);
    return [element, at + 1];
  }
  if (line.startsWith("|")) return table(lines, at, link_of);
  if (/^(- |\d+\. )/.test(line)) return list(lines, at, link_of);
  const end = next_where(lines, at + 1, (each) => !each.trim() || block_start.test(each));
  return [made("p", ...inline(lines.slice(at, end).join(" "), link_of)), end];
}

/// The id of a heading, for links.
export const slug = (heading) =>
  heading.toLowerCase().replace(/[^\p{L}\p{N}_\- ]/gu, "").replaceAll(" ", "-");

function next_where(lines, from, is_end) {
  const found = lines.slice(from).findIndex(is_end);
  return found < 0 ? lines.length : from + found;
}

function fenced(lines, at) {
  const end = next_where(lines, at + 1, (line) => line.startsWith("```"));
  return [made("pre", made("code", lines.slice(at + 1, end).join("\n"))), end + 1];
}

function table(lines, at, link_of) {
  const end = next_where(lines, at, (line) => !line.startsWith("|"));
  const rows = lines.slice(at, end).map(cells_of);
  const cell_of = (name) => (cell) => made(name, ...inline(cell, link_of));
  const row_of = (name) => (row) => made("tr", ...row.map(cell_of(name)));
  const head = made("thead", row_of("th")(rows[0]));
  const body = made("tbody", ...rows.slice(2).map(row_of("td")));
  const box = made("div", made("table", head, body));
  box.className = "table";
  return [box, end];
}

const cells_of = (line) =>
  line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));

// The items of one list; an indented line continues the item before it.
function list(lines, at, link_of) {
  const end = next_where(lines, at, (line) => !/^(- |\d+\. |\s+\S)/.test(line));
  const items = [];
  for (const line of lines.slice(at, end)) {
    const start = /^(?:- |\d+\. )(.*)$/.exec(line);
    if (start) items.push(start[1]);
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  const name = lines[at].startsWith("-") ? "ul" : "ol";
  return [made(name, ...items.map((item) => made("li", ...inline(item, link_of)))), end];
}

function inline(text, link_of) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(inline_rule)) {
    parts.push(text.slice(from, match.index), inline_part(match, link_of));
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

function inline_part([, , code, alt, source, label, target, strong, soft], link_of) {
  if (code !== undefined) return made("code", code);
  if (source !== undefined) return picture(alt, source);
  if (strong !== undefined) return made("strong", ...inline(strong, link_of));
  if (soft !== undefined) return made("em", soft);
  const href = link_of(target);
  if (href === null) return made("span", ...inline(label, link_of));
  const link = made("a", ...inline(label, link_of));
  link.href = href;
  return link;
}

// The server embeds drawings (SVG), but no screenshots.
function picture(alt, source) {
  if (!source.endsWith(".svg")) return "";
  const image = made("img");
  image.alt = alt;
  image.src = `/${source.split("/").at(-1)}`;
  return image;
}
