// Opens pages of a running site in Chromium as their readers do and reports, as JSON, what axe finds and what the browser asks for.
// node look.mjs CHROMIUM ADDRESS COOKIE FOLDER PATH... ; FOLDER: where screenshots go, "-" for none.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(process.cwd() + "/");
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [program, address, cookie, folder, ...paths] = process.argv.slice(2);
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const report = { violations: [], elsewhere: [], said: [], unskipped: [], looked: 0 };
// A page is looked at in two looks that differ in everything, which of four such pairs being its turn, and without script.
const looks = [
  { lang: "fr", colorScheme: "light", width: 1280, turn: 0 }, { lang: "en", colorScheme: "dark", width: 390, turn: 0 },
  { lang: "en", colorScheme: "dark", width: 1280, turn: 1 }, { lang: "fr", colorScheme: "light", width: 390, turn: 1 },
  { lang: "en", colorScheme: "light", width: 1280, turn: 2 }, { lang: "fr", colorScheme: "dark", width: 390, turn: 2 },
  { lang: "fr", colorScheme: "dark", width: 1280, turn: 3 }, { lang: "en", colorScheme: "light", width: 390, turn: 3 },
  { lang: "fr", colorScheme: "light", width: 390, turn: null },
];

for (const { lang, colorScheme, width, turn } of looks) {
  const script = turn !== null;
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true, javaScriptEnabled: script });
  await context.addCookies([
    { name: "egide_session", value: cookie, url: address }, { name: "egide_lang", value: lang, url: address },
  ]);
  const tab = await context.newPage();
  let path = "";
  const how = () => ({ path, lang, colorScheme, width, script });
  tab.on("console", (message) => report.said.push({ ...how(), said: message.text() }));
  tab.on("pageerror", (error) => report.said.push({ ...how(), said: String(error) }));
  tab.on("request", (request) => {
    if (!request.url().startsWith(address + "/") && !request.url().startsWith("data:")) report.elsewhere.push(request.url());
  });
  for (path of paths.filter((_, number) => !script || number % 4 === turn)) {
    const answer = await tab.goto(address + path);
    report.looked += 1;
    if (answer.status() !== 200) report.violations.push({ ...how(), rule: "answers", at: [answer.status()] });
    if (folder !== "-") {
      const name = `${path.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 60)}-${lang}-${colorScheme}-${width}-${script ? "js" : "plain"}.png`;
      await tab.screenshot({ path: join(folder, name), fullPage: true });
    }
    if (script) {
      await tab.keyboard.press("Tab");
      if (await tab.evaluate(() => document.activeElement.className) !== "skip") report.unskipped.push(how());
      await tab.evaluate(() => document.activeElement.blur()); // it lies over other links while it has the focus
    }
    const wide = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) report.violations.push({ ...how(), rule: "no sideways scrolling", at: [`${wide} px too wide`] });
    if (!script) continue; // axe waits for timers, which a page without scripts doesn't have
    await tab.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
    await tab.evaluate(axe);
    const found = await tab.evaluate((runOnly) => globalThis.axe.run(document, { runOnly, resultTypes: ["violations"] }), tags);
    for (const one of found.violations) {
      const at = one.nodes.slice(0, 5).map((node) => node.html.slice(0, 200));
      report.violations.push({ ...how(), rule: one.id, help: one.help, at });
    }
  }
  await context.close();
}
await browser.close();
process.stdout.write(JSON.stringify(report));
