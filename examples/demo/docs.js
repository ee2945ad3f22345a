// Shows the documents that are in the program. The address says which, and may add :HEADING.
import { render } from "./markdown.js";

const links = [...document.querySelectorAll("#pages a[href^='#']")];
const pages = links.map((link) => link.getAttribute("href").slice(1));

/// A link of a page that is shown: to another page here, to the outside, or to nothing here.
function link_of(shown, target) {
  if (/^https?:/.test(target)) return target;
  const [file, heading = ""] = target.split("#");
  const name = file === "" ? shown : file.split("/").at(-1);
  const is_start = /^(\.\.\/)?(README\.md)?$/.test(file); // each folder has a README
  if (!pages.includes(name) || (name === "README.md" && !is_start)) return null;
  return `#${name}${heading && `:${heading}`}`;
}

async function show() {
  const [asked, heading] = decodeURIComponent(location.hash.slice(1)).split(":");
  const name = pages.includes(asked) ? asked : pages[0];
  const answer = await fetch(`/${name}`);
  const text = answer.ok ? await answer.text() : `# ${name}\n\nThis page could not be read.`;
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
