// Opens reports in a real browser, wide, narrow and on paper: fails on anything on the console, any request, any
// violation that axe finds, and anything that runs out of the page; keeps pictures.
//
// node look.mjs CHROMIUM PROFILE PICTURES REPORT...
import { createRequire } from "node:module";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(process.env.REPORT_TOOLS + "/package.json");
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");

const [executablePath, profile, pictures, ...reports] = process.argv.slice(2);
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };
const VIEWS = [
  ["desktop", WIDE, "light"],
  ["dark", WIDE, "dark"],
  ["phone", NARROW, "light"],
];

const browser = await chromium.launchPersistentContext(profile, {
  executablePath,
  headless: true,
  // The page forbids every script; axe is put in beside it.
  bypassCSP: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
let wrong = 0;
const say = (report, view, what) => {
  wrong += 1;
  console.log(`failed: ${basename(report)} (${view}): ${what}`);
};

for (const report of reports) {
  const name = basename(report, ".html");
  for (const [view, viewport, colorScheme] of VIEWS) {
    const page = await browser.newPage();
    const url = pathToFileURL(report).href;
    page.on("console", (message) => say(report, view, `console: ${message.text()}`));
    page.on("pageerror", (error) => say(report, view, `error: ${error.message}`));
    page.on("request", (request) => {
      if (request.url() !== url && !request.url().startsWith("data:")) say(report, view, `request: ${request.url()}`);
    });
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await page.goto(url, { waitUntil: "load" });
    // What is folded away is looked at as well.
    await page.evaluate(() => document.querySelectorAll("details").forEach((folded) => (folded.open = true)));
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) say(report, view, `runs out of the page by ${over} pixels`);
    await page.addScriptTag({ path: axe });
    const found = await page.evaluate(() => window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }));
    for (const violation of found.violations) {
      const nodes = violation.nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.failureSummary}`);
      say(report, view, `axe ${violation.id}, ${violation.nodes.length} times: ${violation.help}\n  ${nodes.join("\n  ")}`);
    }
    await page.evaluate(() => document.querySelectorAll("details").forEach((folded) => (folded.open = false)));
    await page.screenshot({ path: `${pictures}/${name}-${view}.png`, fullPage: true });
    await page.close();
  }
  const page = await browser.newPage();
  await page.goto(pathToFileURL(report).href);
  const paper = await page.pdf({ path: `${pictures}/${name}.pdf`, preferCSSPageSize: true, printBackground: true });
  if (paper.length < 10000) say(report, "paper", "nothing is on the paper");
  await page.close();
}
await browser.close();
console.log(`${reports.length} reports looked at, ${wrong} faults`);
process.exit(wrong === 0 ? 0 : 1);
