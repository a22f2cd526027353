// What other implementations say of what the server issues, and what it says of what they issue; a report as JSON.
// node others.mjs SERVER ISSUERS, where ISSUERS is JSON: each issuer's DID to its public JWK.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(process.cwd() + "/");
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const vc = await load("@digitalbazaar/vc");
const { DataIntegrityProof } = await load("@digitalbazaar/data-integrity");
const { cryptosuite } = await load("@digitalbazaar/eddsa-rdfc-2022-cryptosuite");
const Ed25519Multikey = await load("@digitalbazaar/ed25519-multikey");
const lists = await load("@digitalbazaar/vc-bitstring-status-list");
const jose = await load("jose");

const [server, issuers] = [process.argv[2], JSON.parse(process.argv[3])];
const BASE = "https://www.w3.org/ns/credentials/v2";
const report = {};

const post = async (path, document) => {
  const answer = await fetch(server + path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(document),
  });
  return { status: answer.status, body: await answer.json() };
};

const documentLoader = async (url) => {
  if (url.startsWith("did:key:")) {
    const [did, fragment] = url.split("#");
    const word = did.slice("did:key:".length);
    const method = { "@context": "https://w3id.org/security/multikey/v1", id: `${did}#${word}`, type: "Multikey", controller: did, publicKeyMultibase: word };
    const purposes = { assertionMethod: [method.id], authentication: [method.id] };
    const whole = { "@context": ["https://www.w3.org/ns/did/v1"], id: did, verificationMethod: [method], ...purposes };
    return { documentUrl: url, document: fragment ? method : whole };
  }
  if (url.startsWith(server)) {
    return { documentUrl: url, document: await (await fetch(url)).json() };
  }
  return vc.defaultDocumentLoader(url);
};

const claims = (more = {}) => ({
  "@context": [BASE], type: ["VerifiableCredential"], credentialSubject: { id: "did:example:subject", name: "Nuage fictif" }, ...more,
});
const checking = () => new DataIntegrityProof({ cryptosuite });
const altered = (one) => ({ ...one, credentialSubject: { ...one.credentialSubject, name: "Autre nuage" } });
const theirs = async (credential) => {
  const checkStatus = (options) => lists.checkStatus({ ...options, suite: checking(), documentLoader, verifyBitstringStatusListCredential: true });
  const found = await vc.verifyCredential({ credential, suite: checking(), documentLoader, checkStatus });
  return found.verified && !(found.statusResult?.results ?? []).some((one) => one.status);
};
const ours = async (credential) => (await post("/credentials/verify", { verifiableCredential: credential })).status;

// Data Integrity: ours read by them, theirs read by us
const issued = (await post("/credentials/issue", { credential: claims({ name: { "@value": "Nuage", "@language": "fr", "@direction": "ltr" } }) })).body;
report.oursReadByThem = [await theirs(issued.verifiableCredential), await theirs(altered(issued.verifiableCredential))];

const pair = await Ed25519Multikey.generate();
pair.controller = `did:key:${pair.publicKeyMultibase}`;
pair.id = `${pair.controller}#${pair.publicKeyMultibase}`;
const signing = () => new DataIntegrityProof({ signer: pair.signer(), cryptosuite });
const made = await vc.issue({
  credential: claims({ issuer: pair.controller, validFrom: "2026-01-01T00:00:00Z", id: "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33" }),
  suite: signing(), documentLoader,
});
report.theirsReadByUs = [await ours(made), await ours(altered(made))];

// Presentations, with a challenge and a domain
const [challenge, domain] = ["un défi", "exemple.example"];
const held = await vc.signPresentation({
  presentation: { "@context": [BASE], type: ["VerifiablePresentation"], holder: pair.controller, verifiableCredential: [made, issued.verifiableCredential] },
  challenge, domain, suite: signing(), documentLoader,
});
const shown = async (presentation, options) => (await post("/presentations/verify", { verifiablePresentation: presentation, options })).status;
report.theirPresentation = [
  await shown(held, { challenge, domain }), await shown(held, { checks: [] }), await shown(held, { challenge: "un autre" }),
  await shown({ ...held, verifiableCredential: [altered(made)] }, {}),
];
const presented = (await post("/presentations", {
  presentation: { "@context": [BASE], type: ["VerifiablePresentation"], verifiableCredential: [made] }, options: { challenge, domain },
})).body.verifiablePresentation;
const judged = async (presentation, asked) => (await vc.verify({ presentation, challenge: asked, domain, suite: checking(), documentLoader })).verified;
report.ourPresentation = [await judged(presented, challenge), await judged(presented, "un autre")];

// Status lists
const id = "urn:uuid:0d9b2f3e-5a43-4a4e-9a0c-6ad1d8b2c0de";
const listed = (await post("/credentials/issue", { credential: claims({ id }), options: { statusPurposes: ["revocation"] } })).body.verifiableCredential;
const before = await theirs(listed);
const entry = { type: "BitstringStatusListEntry", statusPurpose: "revocation" };
await post("/credentials/status", { credentialId: id, credentialStatus: entry, status: true });
report.ourStatus = [before, await theirs(listed)];
const list = new lists.BitstringStatusList({ length: 131072 });
list.setStatus(94567, true);
const unsigned = await lists.createCredential({ id: "https://exemple.example/status/3", list, statusPurpose: "revocation", context: [BASE] });
report.theirList = await vc.issue({ credential: { ...unsigned, issuer: pair.controller }, suite: signing(), documentLoader });
report.theirListReadByUs = await ours(report.theirList);

// Tokens
report.ourTokens = {};
for (const [did, jwk] of Object.entries(issuers)) {
  const answer = await post("/credentials/issue", { credential: claims({ issuer: did }), options: { mediaType: "application/vc+jwt" } });
  const token = answer.body.verifiableCredential.id.split(",")[1];
  const { alg } = jose.decodeProtectedHeader(token);
  const { payload, protectedHeader } = await jose.compactVerify(token, await jose.importJWK(jwk, alg));
  report.ourTokens[alg] = [protectedHeader.typ, protectedHeader.cty, JSON.parse(new TextDecoder().decode(payload)).issuer === did];
}
report.theirTokens = {};
for (const alg of ["ES256", "ES384", "ES512", "EdDSA", "PS256", "RS256"]) {
  const { publicKey, privateKey } = await jose.generateKeyPair(alg);
  const jwk = await jose.exportJWK(publicKey);
  const did = `did:jwk:${jose.base64url.encode(JSON.stringify(jwk))}`;
  const sign = async (document, typ) => new jose.CompactSign(new TextEncoder().encode(JSON.stringify(document)))
    .setProtectedHeader({ alg, typ, kid: `${did}#0` }).sign(privateKey);
  const envelope = (token, kind = "EnvelopedVerifiableCredential", media = "vc+jwt") => ({ "@context": BASE, id: `data:application/${media},${token}`, type: kind });
  const token = await sign(claims({ issuer: did }), "vc+jwt");
  const [head, body, tail] = token.split(".");
  const other = (await sign(claims({ issuer: did, name: "Autre nuage" }), "vc+jwt")).split(".")[1];
  const holding = { "@context": [BASE], type: ["VerifiablePresentation"], holder: did, verifiableCredential: [envelope(token)] };
  const whole = envelope(await sign(holding, "vp+jwt"), "EnvelopedVerifiablePresentation", "vp+jwt");
  report.theirTokens[alg] = [await ours(envelope(token)), await ours(envelope([head, other, tail].join("."))), await shown(whole, {}), body !== other];
}
process.stdout.write(JSON.stringify(report));
