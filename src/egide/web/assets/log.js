"use strict";
// Checks a proof of the public log in the page: nothing is sent. The same steps as `egide trust log check` takes with an Ed25519 key
// (C2SP tlog-proof, tlog-checkpoint and signed-note; RFC 9162, 2.1.3.2). SHA-256 and Ed25519 are the browser's own. ML-DSA-44 no browser
// computes: such a signature leaves the step unanswered, and the page says so with the command that answers it.
const ED25519 = 1, ML_DSA_44 = 6, KEY_BYTES = { 1: 32, 6: 1312 };
const bytesOf = (text) => new TextEncoder().encode(text);
const joined = (...parts) => { const all = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0)); let at = 0; for (const one of parts) { all.set(one, at); at += one.length; } return all; };
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

function from64(text) { // strict: what it stands for must be written so
  const found = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  if (btoa(String.fromCharCode(...found)) !== text) throw new Error("format");
  return found;
}

function decimal(text) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text)) throw new Error("format");
  return BigInt(text);
}

function hashOf(text) {
  const found = from64(text);
  if (found.length !== 32) throw new Error("format");
  return found;
}

function readHead(note) { // the signed head: what is signed, and who says to have signed it
  const gap = note.lastIndexOf("\n\n");
  if (gap < 1 || !note.endsWith("\n")) throw new Error("format");
  const text = note.slice(0, gap + 1), [origin, size, root, ...more] = text.slice(0, -1).split("\n");
  const signatures = note.slice(gap + 2, -1).split("\n").map((line) => {
    const found = /^— ([^ +]+) (\S+)$/.exec(line);
    if (!found) throw new Error("format");
    const content = from64(found[2]);
    return { name: found[1], id: content.slice(0, 4), content: content.slice(4) };
  });
  return { text, origin, size: decimal(size), root: hashOf(root), extended: more.length > 0, signatures };
}

function readProof(content) {
  const gap = content.indexOf("\n\n"), lines = content.slice(0, gap).split("\n");
  if (gap < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Error("format");
  let entry = null;
  if (lines.length && lines[0].startsWith("extra ")) entry = from64(lines.shift().slice(6));
  if (!lines.length || !lines[0].startsWith("index ")) throw new Error("format");
  return { entry, index: decimal(lines.shift().slice(6)), hashes: lines.map(hashOf), head: readHead(content.slice(gap + 2)) };
}

async function readKey(text) { // name+id+base64 of the type and the key
  const found = /^([^ +]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim());
  if (!found) throw new Error("key");
  const content = from64(found[3]), id = (await sha256(bytesOf(found[1] + "\n"), content)).slice(0, 4);
  if ([...id].map((one) => one.toString(16).padStart(2, "0")).join("") !== found[2]) throw new Error("key");
  const raw = content.slice(1);
  if (raw.length !== KEY_BYTES[content[0]]) throw new Error("key");
  return { name: found[1], id, type: content[0], raw };
}

async function readKeys(text) { // one on each line, as the file of a log's keys has them
  const lines = text.split("\n").map((one) => one.trim()).filter(Boolean);
  if (!lines.length) throw new Error("key");
  return Promise.all(lines.map(readKey));
}

async function rootOf(leaf, index, size, hashes) { // RFC 9162, 2.1.3.2; nothing when the proof is of another length
  let place = index, last = size - 1n, reached = leaf;
  for (const one of hashes) {
    if (last === 0n) return null;
    if (place & 1n || place === last) {
      reached = await sha256(Uint8Array.of(1), one, reached);
      while (!(place & 1n) && place !== 0n) { place >>= 1n; last >>= 1n; }
    } else {
      reached = await sha256(Uint8Array.of(1), reached, one);
    }
    place >>= 1n; last >>= 1n;
  }
  return last === 0n ? reached : null;
}

async function ed25519(key, line, head) {
  let known;
  try { known = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]); } catch { return "unknown"; }
  return await crypto.subtle.verify({ name: "Ed25519" }, known, line.content, bytesOf(head.text)) ? "met" : "not-met";
}

async function signedBy(keys, head, notes) { // met, not-met, or unknown where this browser computes no such signature: `notes` says which
  const by = (key) => head.signatures.find((one) => one.name === key.name && same(one.id, key.id));
  const signing = keys.filter((key) => key.name === head.origin && by(key));
  if (!signing.length) return "not-met";
  const given = new Set(signing.map(by));
  if (head.signatures.some((one) => one.name === head.origin && !given.has(one))) notes.add("others");
  let answer = "met";
  for (const key of signing) {
    const found = key.type === ED25519 ? await ed25519(key, by(key), head) : "unknown";
    if (found === "not-met") return "not-met";
    if (found === "unknown") { answer = "unknown"; notes.add(key.type === ML_DSA_44 ? "ml-dsa-44" : "no-ed25519"); }
  }
  if (head.extended && !signing.some((key) => key.type === ED25519)) return "not-met"; // ML-DSA-44 doesn't cover such lines
  return answer;
}

async function checkProof(proof, checkpoint, keyText, notes = new Set()) { // [step, answer] until one isn't met; `notes`: what was not verified
  const steps = [], add = (name, answer) => { steps.push([name, answer]); return answer !== "not-met"; };
  let read, held = null, keys;
  try { read = readProof(proof); held = checkpoint.trim() ? readHead(checkpoint) : null; } catch { add("format", "not-met"); return steps; }
  add("format", "met");
  try { keys = await readKeys(keyText); } catch { add("signer-key", "not-met"); return steps; }
  if (!add("signature", await signedBy(keys, read.head, notes))) return steps;
  if (read.entry === null) add("inclusion", "unknown");
  else {
    const root = read.index < read.head.size ? await rootOf(await sha256(Uint8Array.of(0), read.entry), read.index, read.head.size, read.hashes) : null;
    if (!add("inclusion", root !== null && same(root, read.head.root) ? "met" : "not-met")) return steps;
  }
  if (held) {
    if (!add("checkpoint", await signedBy(keys, held, notes))) return steps;
    const equal = held.size === read.head.size;
    add("consistency", equal ? (same(held.root, read.head.root) ? "met" : "not-met") : "unknown");
    if (!equal) notes.add("continues");
  }
  return steps;
}

async function textOf(form, name) { // a file stands before what was pasted
  const file = form.elements[`${name}-file`], area = form.elements[name];
  return file && file.files.length ? file.files[0].text() : area.value.replaceAll("\r\n", "\n");
}

function show(form, steps, notes, withHead) {
  const told = document.getElementById("in-page"), words = JSON.parse(told.dataset.words), list = told.querySelector("ol");
  const answers = steps.map(([, answer]) => answer);
  const whole = answers.includes("not-met") ? "not-met" : answers.every((one) => one === "met") ? "met" : "unknown";
  told.querySelector("p").textContent = words[`whole-${whole}`];
  told.querySelector("p").className = `lead a-${whole}`;
  list.replaceChildren(...steps.map(([name, answer]) => {
    const item = document.createElement("li"), mark = document.createElement("strong");
    mark.className = `a-${answer}`; mark.textContent = words[answer];
    item.append(words[name], " ", mark);
    return item;
  }));
  document.getElementById("not-verified").replaceChildren(...[...notes].map((name) => {
    const item = document.createElement("p");
    item.textContent = words[`note-${name}`];
    return item;
  }));
  const command = told.querySelector("pre");
  command.hidden = !notes.size;
  command.textContent = `egide trust log check ${withHead ? "checkpoint " : ""}proof.tlog-proof --key keys.txt`;
  told.hidden = false;
  told.querySelector("p").focus();
}

if (typeof document !== "undefined" && globalThis.crypto && crypto.subtle) {
  const form = document.getElementById("check");
  form.addEventListener("submit", async (event) => {
    if (event.submitter && event.submitter.name === "server") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const notes = new Set(), head = await textOf(form, "checkpoint");
    show(form, await checkProof(await textOf(form, "proof"), head, form.elements.key.value, notes), notes, Boolean(head.trim()));
  }, true);
  for (const one of document.querySelectorAll("[data-in-page]")) one.hidden = false;
}
