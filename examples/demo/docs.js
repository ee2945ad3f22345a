// SPDX-License-Identifier: Apache-2.0
// Shows the documents that the server embeds. The address is #PAGE or #PAGE:HEADING.
import { render } from "./markdown.js";

const links = [...document.querySelectorAll("#pages a[href^='#']")];
const pages = links.map((link) => link.getAttribute("href").slice(1));

/// The target of a link on a page: another page here, an external address, or null.
function link_of(shown, target) {
  if (/^https?:/.test(target)) return target;
  const [file, heading = ""] = target.split("#");
  const name = file === "" ? shown : file.split("/").at(-1);
  const is_start = /^(\.\.\/)?(README\.md)?$/.test(file); // each folder has a README
  if (!pages.includes(name) || (name === "README.md" && !is_start)) return null;
  return `#${name}${heading && `:${heading}`}`;
}

async function show() {
  const [requested, heading] = decodeURIComponent(location.hash.slice(1)).split(":");
  const name = pages.includes(requested) ? requested : pages[0];
  const response = await fetch(`/${name}`);
  const text = response.ok ? await response.text() : `# ${name}\n\nThis page could not be loaded.`;
  const page = document.getElementById("page");
  page.replaceChildren(...render(text, (target) => link_of(name, target)));
  for (const link of links) {
    if (link.getAttribute("href") === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `Roost: ${page.querySelector("h1")?.textContent ?? name}`;
  const target = heading && document.getElementById(heading);
  if (target) target.scrollIntoView();
  else scrollTo(0, 0);
}

addEventListener("hashchange", show);
show();
