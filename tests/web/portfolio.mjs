// The journeys of whoever comes in by a link, brings a list, asks, is asked, and reads: each as its steps are shown to people.
// `kit` is what journeys.mjs has at hand; what fails says so by what isn't shown.
import { fileURLToPath } from "node:url";

const LIST = fileURLToPath(new URL("../../examples/portefeuille.xlsx", import.meta.url));
const moved = (tab, act) => Promise.all([tab.waitForNavigation(), act()]);
const enter = (tab, at) => moved(tab, () => tab.locator(at).first().press("Enter"));
const shown = async (kit, tab) => (await kit.text(tab, ".once code")).slice(kit.address.length);

export async function entered(kit, script) { // invited, in, out, a wrong password, in again, and a password forgotten twice
  const [admin, desk] = await kit.somebody(script), [guest, door] = await kit.somebody(script, ""), found = {}, name = `Invitée ${script}`;
  await kit.go(desk, "/b/un/people");
  for (const role of ["viewer", "author"]) await desk.locator(`form[action$="/invitations"] [value=${role}]`).press("Space");
  await enter(desk, 'form[action$="/invitations"] button');
  await kit.go(door, await shown(kit, desk));
  for (const [field, said] of [["name", name], ["login", `invitee-${script}`], ["password", kit.password]]) await door.fill(`#${field}`, said);
  await enter(door, "#password");
  found.joined = new URL(door.url()).pathname;
  await moved(door, () => door.getByRole("button", { name: /^Log out/ }).press("Enter"));
  for (const password of ["not this one at all", kit.password]) {
    await door.fill("#login", `invitee-${script}`);
    await door.fill("#password", password);
    await enter(door, "#password");
    if (password !== kit.password) found.refused = [await door.title(), await kit.text(door, "#refused"), await door.inputValue("#login")];
  }
  found.back = await kit.text(door, ".who");
  const links = [];
  for (const _ of [1, 2]) {
    await kit.go(desk, "/b/un/people");
    await enter(desk, `tr:has-text("${name}") form[action$="/reset"] button`);
    links.push(await shown(kit, desk));
  }
  found.links = [];
  for (const link of links) {
    await kit.go(door, link);
    found.links.push(await kit.text(door, "h1"));
  }
  await admin.close();
  await guest.close();
  return found;
}

export async function carried(kit, script) { // a list brought, filtered, a question answered beside its verdict, an owner asked by a link, the rest read
  const [context, tab] = await kit.somebody(script), [stranger, owner] = await kit.somebody(script, ""), found = {}, here = "/b/deux";
  await kit.go(tab, `${here}/portfolio`);
  found.before = await kit.text(tab, "h1");
  await tab.setInputFiles("#file", LIST);
  await moved(tab, () => tab.getByRole("button", { name: "Read it" }).press("Enter"));
  found.brought = await kit.text(tab, "h1");
  await tab.selectOption("#verdict", "undetermined");
  await enter(tab, "#find");
  found.filtered = await kit.text(tab, "caption");
  await enter(tab, "tr:has(.ask:not(:empty)) th a");
  await tab.locator("form.ask-form input[type=radio]").first().press("Space");
  await moved(tab, () => tab.getByRole("button", { name: "Give this answer" }).first().press("Enter"));
  found.turned = await kit.text(tab, ".once");
  await kit.go(tab, `${here}/questions`);
  await moved(tab, () => tab.getByRole("button", { name: "Make a link" }).press("Enter"));
  await kit.go(owner, await shown(kit, tab));
  await owner.fill("#name", `Bureau ${script}`);
  await owner.locator("fieldset input[type=radio]").first().press("Space");
  await moved(owner, () => owner.getByRole("button", { name: "Send" }).press("Enter"));
  found.thanked = await kit.text(owner, ".once");
  await kit.go(tab, `${here}/calendar`);
  await moved(tab, () => tab.getByRole("button", { name: "Make an address" }).press("Enter"));
  found.feed = (await (await stranger.request.get(kit.address + (await shown(kit, tab)))).text()).slice(0, 15);
  found.merged = (await (await context.request.get(`${kit.address}${here}/papers/egide.json`)).text()).includes(`Bureau ${script}`);
  await kit.go(tab, "/across");
  await tab.selectOption("#offer", "outscale");
  await tab.selectOption("#event", "loses");
  await enter(tab, "#on");
  found.lost = [await kit.text(tab, ".lead"), await tab.locator('a[href*="loss.zip"]').count()];
  await context.close();
  await stranger.close();
  return found;
}

export async function browsed(kit, script) { // the law on a day, a rule with its source, what changed; the tour from the first page
  const [context, tab] = await kit.somebody(script), found = {};
  await kit.go(tab, "/rules");
  await tab.fill("#on", "2023-06-01");
  await enter(tab, "#on");
  found.held = await kit.text(tab, "h1");
  await enter(tab, 'a[href^="/rules/circular-6404-sg"]');
  await enter(tab, "tbody th a");
  found.rule = await kit.text(tab, ".standfirst");
  await kit.go(tab, "/rules");
  await enter(tab, "#from");
  found.changed = await kit.text(tab, "h1");
  await kit.go(tab, "/");
  await moved(tab, () => tab.getByRole("button", { name: "Try with invented data" }).press("Enter"));
  found.tour = await kit.text(tab, "h1");
  await enter(tab, ".steps a");
  found.invented = await kit.text(tab, ".marking");
  await context.close();
  return found;
}
