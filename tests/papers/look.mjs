// Opens pages in Chromium as their readers do and reports, as JSON, what axe finds and what the script does.
// node look.mjs CHROMIUM PAGE...
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(process.cwd() + "/");
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [program, ...pages] = process.argv.slice(2);
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const report = { violations: [], behaviour: {} };

async function opened(page, options) {
  const context = await browser.newContext(options);
  const tab = await context.newPage();
  const said = [];
  tab.on("console", (message) => said.push(message.text()));
  tab.on("pageerror", (error) => said.push(String(error)));
  const asked = [];
  tab.on("request", (request) => asked.push(request.url()));
  await tab.goto(pathToFileURL(page).href);
  return { context, tab, said, asked };
}

// Each page in both themes and at both widths; over the pages of one kind, which come in pairs of languages, each theme at each width.
const looks = [
  [{ colorScheme: "light", width: 1280 }, { colorScheme: "dark", width: 390 }],
  [{ colorScheme: "light", width: 390 }, { colorScheme: "dark", width: 1280 }],
];
for (const [number, page] of pages.entries()) {
  for (const { colorScheme, width } of looks[number % 2]) {
    const { context, tab } = await opened(page, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
    await tab.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
    await tab.evaluate(axe);
    const found = await tab.evaluate((runOnly) => globalThis.axe.run(document, { runOnly }), tags);
    for (const one of found.violations) {
      const at = one.nodes.slice(0, 5).map((node) => node.html.slice(0, 160));
      report.violations.push({ page, colorScheme, width, rule: one.id, help: one.help, at });
    }
    const wide = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) { report.violations.push({ page, colorScheme, width, rule: "no sideways scrolling", at: [`${wide} px too wide`] }); }
    await context.close();
  }
}

const { context, tab, said, asked } = await opened(pages[0], { viewport: { width: 1280, height: 900 } });
const first = () => tab.evaluate(() => document.querySelector("#table tbody tr:not([hidden]) th").textContent);
const shown = () => tab.evaluate(() => document.querySelectorAll("#table tbody tr:not([hidden])").length);
report.behaviour.all = await shown();
await tab.keyboard.press("Tab");
report.behaviour.firstFocus = await tab.evaluate(() => document.activeElement.className);
await tab.focus("#table thead button");
await tab.keyboard.press("Enter");
report.behaviour.sortedUp = await first();
report.behaviour.sort = await tab.evaluate(() => document.querySelector("#table thead th").getAttribute("aria-sort"));
await tab.keyboard.press("Enter");
report.behaviour.sortedDown = await first();
await tab.fill("#find", "TELEservice");
report.behaviour.found = await shown();
report.behaviour.status = await tab.textContent("#shown");
await tab.fill("#find", "");
await tab.uncheck("input[name=verdict][value=forbidden]");
report.behaviour.withoutForbidden = await shown();
await tab.click("#table tbody tr:not([hidden]) th a");
report.behaviour.revealed = await tab.evaluate(() => document.querySelector(location.hash).closest("details").open);
const download = tab.waitForEvent("download");
await tab.click("#services .csv");
report.behaviour.csv = readFileSync(await (await download).path(), "utf8").split("\r\n")[1];
report.behaviour.said = said;
report.behaviour.asked = asked.filter((url) => !/^(file|data|blob):/.test(url));
await context.close();
await browser.close();
process.stdout.write(JSON.stringify(report));
