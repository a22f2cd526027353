// Walks through the site in Chromium as people do, with JavaScript and without, and reports as JSON what they were shown.
// node journeys.mjs CHROMIUM ADDRESS COOKIE LOGIN PASSWORD KEY FOLDER EVALUATOR SIGNER
// KEY: the public key of the log; FOLDER: with what is brought in it; EVALUATOR, SIGNER: sessions of two others.
import { createRequire } from "node:module";
import { join } from "node:path";
import { browsed, carried, entered } from "./portfolio.mjs";

const require = createRequire(process.cwd() + "/");
const { chromium } = require("playwright-core");
const [program, address, cookie, login, password, key, folder, evaluator, signer] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const report = { said: [] };

async function somebody(script, session = cookie) {
  const context = await browser.newContext({ javaScriptEnabled: script });
  await context.addCookies([{ name: "egide_lang", value: "en", url: address }]);
  if (session) await context.addCookies([{ name: "egide_session", value: session, url: address }]);
  const tab = await context.newPage();
  tab.on("pageerror", (error) => report.said.push(String(error)));
  return [context, tab];
}

const text = async (tab, at) => (await tab.locator(at).first().textContent()).replaceAll(/\s+/g, " ").trim();
const go = (tab, path) => tab.goto(address + path);

async function first(tab, at) { // the address of the first link that fits
  return await tab.locator(at).first().getAttribute("href");
}

async function proved() { // a proof of the log checked in the page: met, then altered; what is asked of the server meanwhile
  const [context, tab] = await somebody(true);
  const proof = await (await context.request.get(`${address}/log/entries/1/proof`)).text();
  const found = {};
  for (const [name, given] of [["whole", proof], ["altered", proof.replace("index 1", "index 0")]]) {
    await go(tab, "/log/check");
    await tab.fill("[name=proof]", given);
    await tab.fill("[name=key]", key);
    const asked = [];
    tab.on("request", (one) => asked.push(one.url()));
    await tab.locator("#check button").first().press("Enter");
    await tab.locator("#in-page li").first().waitFor();
    found[name] = { answer: await tab.locator("#in-page p").first().getAttribute("class"), asked, focus: await tab.evaluate(() => document.activeElement.closest("#in-page") !== null) };
    tab.removeAllListeners("request");
  }
  await context.close();
  return found;
}

async function decided(script) { // two tabs at one decision, the session lost in a third, all with the keyboard where it matters
  const found = {};
  const [context, tab] = await somebody(script);
  await go(tab, "/b/un/portfolio?verdict=forbidden");
  const service = await first(tab, "table.services th a");
  const other = await context.newPage();
  await go(tab, service);
  await go(other, service);
  const send = async (page, why) => {
    await page.selectOption("#decided", "allowed");
    await page.fill("#why", why);
    await page.fill("#until", "2027-06-30");
    await Promise.all([page.waitForNavigation(), page.locator("#why").press("Enter")]);
  };
  await send(tab, `first ${script}`);
  await send(other, `second ${script}`);
  found.merge = await text(other, "h1");
  const choice = other.locator("form.merge input[type=radio]:checked").first();
  await choice.focus();
  await other.keyboard.press("ArrowUp"); // the other's reason, with the keyboard alone
  await Promise.all([other.waitForNavigation(), other.keyboard.press("Enter")]);
  found.merged = (await other.content()).includes(`first ${script}`) && !(await other.content()).includes(`second ${script}`);
  await go(other, service);
  await context.clearCookies({ name: "egide_session" });
  await send(other, `third ${script}`);
  found.lost = [await text(other, ".once"), (await other.content()).includes("third")];
  await other.fill("#login", login);
  await other.fill("#password", password);
  await Promise.all([other.waitForNavigation(), other.locator("#password").press("Enter")]);
  found.given = await other.locator("[name=why]").inputValue();
  await Promise.all([other.waitForNavigation(), other.locator("[name=why]").press("Enter")]);
  found.after = (await other.content()).includes(`third ${script}`);
  await context.close();
  return found;
}

async function twice() { // a button pressed twice, and a page gone back to, without JavaScript
  const [context, tab] = await somebody(false);
  await go(tab, "/b/un/people");
  await tab.locator('form[action$="/invitations"] input').nth(2).check();
  const posts = [];
  tab.on("request", (one) => { if (one.method() === "POST") posts.push(one.url()); });
  await tab.locator('form[action$="/invitations"] button').dblclick();
  await tab.waitForLoadState();
  const shown = await text(tab, ".once code");
  await tab.goBack();
  await tab.locator('form[action$="/invitations"] input').nth(2).check();
  await Promise.all([tab.waitForNavigation(), tab.locator('form[action$="/invitations"] button').click()]);
  await context.close();
  return { posts: posts.length, shown: shown.length };
}

async function labelled() { // a document brought, reviewed and accepted, a change simulated: forms alone
  const [context, tab] = await somebody(false);
  await go(tab, "/b/un/label");
  const here = await first(tab, "tbody th a"), found = {};
  await go(tab, `${here}/evidence`);
  await tab.fill("#name", "brought.md");
  await tab.setInputFiles("#file", join(folder, "document.md"));
  await Promise.all([tab.waitForNavigation(), tab.getByRole("button", { name: "Keep it" }).click()]);
  found.brought = (await tab.content()).includes("preuves/brought.md");
  await Promise.all([tab.waitForNavigation(), tab.locator('tbody tr:has-text("exploitation.md") button').first().click()]);
  found.state = await text(tab, 'tbody tr:has-text("exploitation.md") td strong');
  await go(tab, `${here}/simulate`);
  await tab.selectOption("#document", { index: 3 });
  await Promise.all([tab.waitForNavigation(), tab.locator("form.card button").last().click()]);
  found.simulated = await text(tab, "h1");
  await context.close();
  return found;
}

async function dated() { // the day as a field of a form, and as a slider with JavaScript
  const [plain, tab] = await somebody(false);
  await go(tab, "/b/un/portfolio");
  await tab.fill("#on", "2023-06-01");
  await Promise.all([tab.waitForNavigation(), tab.locator("#on").press("Enter")]);
  const written = await text(tab, ".meta"), [context, page] = await somebody(true);
  await go(page, "/b/un/portfolio");
  await page.locator("input[type=range]").focus();
  await Promise.all([page.waitForNavigation(), page.keyboard.press("ArrowRight")]);
  const slid = new URL(page.url()).searchParams.get("on");
  await plain.close();
  await context.close();
  return { written, slid };
}

const pressed = (tab, name) => Promise.all([tab.waitForNavigation(), tab.getByRole("button", { name }).first().press("Enter")]);

async function asked(tab) { // a plan and a check, asked one after the other; their pages
  const brought = async (fields, button) => {
    await go(tab, "/b/un/works");
    for (const [field, file] of Object.entries(fields)) await tab.setInputFiles(`#${field}`, join(folder, file));
    if (!fields.service) await tab.locator("[name=data][value=sensitive]").press("Space");
    await pressed(tab, button);
    return new URL(tab.url()).pathname;
  };
  return [await brought({ service: "service.yaml", prices: "prices.csv", regions: "regions.csv" }, "Make it"),
          await brought({ file: "application.yaml" }, "Check the code")];
}

async function answered(tab, here, said) { // the job's page looks again by itself until the answer stands there
  await go(tab, here);
  await tab.locator("h1", { hasText: said }).waitFor({ timeout: 60000 });
  return await text(tab, "h1");
}

async function signed(tab, script) { // a dossier brought, judged and recorded by another, signed by a third, taken away
  await go(tab, "/b/un/label");
  await tab.setInputFiles("#file", join(folder, "dossier.zip"));
  await pressed(tab, "Read it");
  const here = new URL(tab.url()).pathname, [second, judge] = await somebody(script, evaluator), [third, hand] = await somebody(script, signer);
  for (const step of ["They were reviewed", "Accept them"]) {
    await go(judge, `${here}/evidence`);
    for (const box of await judge.locator("[name=ticked]").all()) await box.press("Space");
    await pressed(judge, step);
  }
  const found = { judged: await text(judge, "h1") };
  await go(judge, here);
  await pressed(judge, "Record the assessment of today");
  found.own = await judge.locator('#recorded form[action$="/sign"]').count();
  await go(hand, here);
  await pressed(hand, /^Sign no/);
  found.signed = await text(hand, "#recorded tbody td:nth-of-type(4)");
  found.taken = (await (await third.request.get(address + (await first(hand, '#recorded a[href$="label.json"]')))).json()).scheme.id;
  await second.close();
  await third.close();
  return found;
}

async function proven(tab) { // from the log's list to the server's own answer, where no script runs
  await go(tab, "/log");
  await Promise.all([tab.waitForNavigation(), tab.locator("tbody th a").first().press("Enter")]);
  await Promise.all([tab.waitForNavigation(), tab.getByRole("link", { name: "Check it" }).press("Enter")]);
  await tab.fill("[name=key]", key);
  await pressed(tab, "Check");
  return await text(tab, "h1");
}

async function lived(script) {
  const [context, tab] = await somebody(script), works = await asked(tab), found = await signed(tab, script);
  found.planned = await answered(tab, works[0], "a month");
  found.checked = await answered(tab, works[1], "wait for an answer");
  if (!script) found.proven = await proven(tab);
  await context.close();
  return found;
}

report.proved = await proved();
report.decided = { with: await decided(true), without: await decided(false) };
const kit = { address, password, somebody, text, go };
const both = async (walked) => { // at one time, where neither changes what the other sees
  const [without, script] = await Promise.all([walked(kit, false), walked(kit, true)]);
  report[walked.name] = { without, with: script };
};
await Promise.all([both(entered), both(browsed)]);
report.carried = { without: await carried(kit, false), with: await carried(kit, true) };
report.twice = await twice();
report.labelled = await labelled();
report.dated = await dated();
report.lived = { with: await lived(true), without: await lived(false) };
await browser.close();
process.stdout.write(JSON.stringify(report));
