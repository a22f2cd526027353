"""The pages of a connector, as somebody with its key reads them, and as somebody without it doesn't; and a change of provider."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
from tests.dataspace.managing import Managing, asking
from tests.dataspace.serving import DATASET, Served
from tests.dataspace.test_two_connectors import egide, eventually

from egide.app.dataspace.words import in_words
from egide.vocabulary.language import language

PAGES = ("/", "/offers", "/negotiations", "/agreements", "/transfers", "/peers")


def browser(served: Served, lang: str = "en") -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{served.settings.managed_at}", headers={"accept-language": lang}, follow_redirects=True)


def test_without_the_key_every_page_leads_to_the_door(pair: tuple[Served, Served]) -> None:
    with browser(pair[0]) as stranger:
        for path in (*PAGES, "/process/urn:x"):
            assert stranger.get(path).url.path == "/login"
        answer = stranger.post("/login", data={"key": "guessed"})
        assert answer.status_code == 403
        assert "not the key" in answer.text
        assert stranger.post("/process/urn:x/terminate", data={"reason": "x"}).url.path == "/login"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_with_the_key_each_page_is_whole_and_lets_no_script_in(pair: tuple[Served, Served], lang: str) -> None:
    provider, consumer = pair
    agreed = json.loads(egide("negotiate", DATASET, "--at", consumer.folder, "--json"))
    with browser(provider, lang) as owner:
        assert owner.post("/login", data={"key": Managing(provider).key}).status_code == 200
        for path in (*PAGES, f"/process/{provider.named(agreed['pid']).pid}"):
            answer = owner.get(path)
            assert answer.status_code == 200, path
            assert "script" not in answer.headers["content-security-policy"]
            assert "<script" not in answer.text
            assert f'<html lang="{lang}">' in answer.text
        nothing = owner.get("/process/urn:x")
        assert (nothing.status_code, nothing.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert {"fr": "Il n’y a rien ici", "en": "There is nothing here"}[lang] in nothing.text
        assert agreed["agreement"] in owner.get("/agreements").text
        assert {"fr": "Permis", "en": "Allowed"}[lang] in owner.get("/offers").text
        style = re.search(r'href="(/assets/[^"]+)"', owner.get("/").text)
        assert style
        assert owner.get(style[1]).headers["content-type"].startswith("text/css")


def test_a_negotiation_is_ended_from_its_page_by_a_form_of_that_page_alone(pair: tuple[Served, Served]) -> None:
    provider, consumer = pair
    ours = provider.control.ask("POST", "/offers", {"peer": "urn:example:consumer", "dataset": DATASET})
    with browser(provider) as owner:
        owner.post("/login", data={"key": Managing(provider).key})
        path = f"/process/{ours['pid']}"
        owner.post(f"{path}/terminate", data={"reason": "forged", "form_token": "x"})
        assert provider.named(ours["pid"]).reason is None
        token = re.search(r'name="form_token" value="([^"]+)"', owner.get(path).text)
        assert token
        ended = owner.post(f"{path}/terminate", data={"reason": "<b>not now</b>", "form_token": token[1]})
        assert "&lt;b&gt;not now&lt;/b&gt;" in ended.text
        again = owner.post(f"{path}/terminate", data={"reason": "twice", "form_token": token[1]})
        assert again.status_code == 409
        owner.post("/logout", data={"form_token": token[1]})
        assert owner.get("/").url.path == "/login"
    assert consumer.named(ours["pid"]).peer == "urn:example:provider"


def token_of(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_data_is_offered_asked_for_stopped_and_taken_by_forms_alone(pair: tuple[Served, Served], tmp_path: Path) -> None:
    provider, consumer = pair
    (tmp_path / "courbe.csv").write_text("a;b\n1;2\n")
    source = {"source": str(tmp_path / "courbe.csv"), "title": f"Par formulaire {tmp_path.name}", "terms": "allow:\n- do: use\n"}
    with browser(provider) as owner, browser(consumer) as other:
        for one, served in ((owner, provider), (other, consumer)):
            one.post("/login", data={"key": Managing(served).key})
        form = {**source, "form_token": token_of(owner.get("/offers").text)}
        owner.post("/offer", data={**form, "form_token": "forged"})
        assert source["title"] not in owner.get("/offers").text
        refused = owner.post("/offer", data={**form, "terms": "allow: [<b>everything"})
        assert refused.status_code == 422
        assert "&lt;b&gt;everything" in refused.text, "what was typed is not lost"
        assert owner.post("/offer", data={**form, "source": str(tmp_path / "absent.csv")}).status_code == 422
        assert source["title"] in owner.post("/offer", data=form).text
        catalogue = other.get("/catalogue", params={"peer": "urn:example:provider"}).text
        row = catalogue.partition(source["title"])[2]
        fields = dict(re.findall(r'name="(form_token|peer|dataset|offer)" value="([^"]+)"', row[: row.index("</form>")]))
        process = other.post("/negotiate", data=fields)
        assert process.url.path.startswith("/process/")
        pid = process.url.path.removeprefix("/process/")
        eventually(lambda: consumer.named(pid).state.value, "FINALIZED")
        fields = {"agreement": str(consumer.named(pid).agreement), "form_token": fields["form_token"]}
        sent = other.post("/transfer", data=fields).url.path
        transfer = sent.removeprefix("/process/")
        eventually(lambda: consumer.named(transfer).state.value, "COMPLETED")
        assert f'href="{sent}/data"' in other.get(sent).text
        assert other.get(f"{sent}/data").content == b"a;b\n1;2\n"
        assert owner.get("/catalogue", params={"peer": "urn:nobody"}).status_code == 422
        for stranger in ("/negotiate", "/transfer", "/offer"):
            assert other.post(stranger, data={"form_token": "forged"}).url.path == "/login"


def test_a_transfer_is_let_rest_and_go_on_by_forms_alone(pair: tuple[Served, Served]) -> None:
    provider, consumer = pair
    agreement = json.loads(egide("negotiate", DATASET, "--at", consumer.folder, "--json"))["agreement"]
    ours = consumer.control.ask("POST", "/transfers", {"agreement": agreement, "format": "HttpData-PULL"})
    ours = consumer.control.until(ours, frozenset({"STARTED"}), lambda process: None)
    with browser(consumer) as owner:
        owner.post("/login", data={"key": Managing(consumer).key})
        path = f"/process/{ours['pid']}"
        token = {"form_token": token_of(owner.get(path).text)}
        assert "Let it rest" in owner.get(path).text
        owner.post(f"{path}/suspend", data={**token, "reason": "holidays"})
        eventually(lambda: provider.named(ours["pid"]).state.value, "SUSPENDED")
        assert "Let it go on" in owner.get(path).text
        owner.post(f"{path}/start", data=token)
        eventually(lambda: provider.named(ours["pid"]).state.value, "STARTED")
        owner.post(f"{path}/complete", data=token)
        eventually(lambda: provider.named(ours["pid"]).state.value, "COMPLETED")
        assert "End it" not in owner.get(path).text


def test_terms_are_said_in_words() -> None:
    rules = {
        "permission": [{"action": "use", "constraint": [
            {"leftOperand": "purpose", "operator": "isAnyOf", "rightOperand": ["research", "teaching"]},
            {"or": [{"leftOperand": "urn:egide:policy:partyLabel", "operator": "eq", "rightOperand": "secnumcloud"},
                    {"leftOperand": "urn:egide:policy:partyControlledFromOutsideTheUnion", "operator": "eq",
                     "rightOperand": {"@value": "false", "@type": "xsd:boolean"}}]}]}],
        "prohibition": [{"action": "distribute"}],
    }  # fmt: skip
    assert in_words(rules, language("en")) == [
        ("Allowed: use, if the purpose is any of: research, teaching and (the label of the one who asks is secnumcloud or control from "
         "outside the Union over the one who asks is no)"), "Forbidden: pass it on"]  # fmt: skip


def test_a_change_of_provider_takes_over_what_can_be_kept_and_says_what_cannot(pair: tuple[Served, Served], folder: Path) -> None:
    old = Managing(pair[0])
    old.policy("kept-policy", asking("purpose", "research"))
    for number in range(3):
        assert old.asset(f"kept-{number}", topic="energy") == 200
    topic = {"operandLeft": "topic", "operator": "=", "operandRight": "energy"}
    assert old.definition("kept-definition", "kept-policy", "kept-policy", topic)[0] == 200
    new = folder / "new"
    egide("init", new, "--participant", "urn:example:new", "--no-example")
    (folder / "key").write_text(str(old.key))
    said = json.loads(egide("import", old.address, "--key-file", folder / "key", "--at", new, "--json", code=3))
    left = {one["id"]: one["why"] for one in said["left"]}  # the connector is shared: other tests offer files and streams of their own
    assert "File" in left[DATASET]
    assert not [name for name in left if name.startswith("kept-")]
    assert said["kept"]["asset"] >= 3
    again = json.loads(egide("import", old.address, "--key-file", folder / "key", "--at", new, "--json", code=3))
    assert again["kept"] == {}
    egide("import", old.address, "--key-file", folder / "key", "--at", new, "--force", "--json", code=3)
    (folder / "key").write_text("wrong")
    assert "401" in egide("import", old.address, "--key-file", folder / "key", "--at", new, code=2)
    with Served(new) as served:
        shown = Managing(served).ask("POST", "/assets/request", {"filterExpression": [
            {"operandLeft": "topic", "operator": "=", "operandRight": "energy"}], "sortField": "id"})[1]  # fmt: skip
        assert [one["@id"] for one in shown] == ["kept-0", "kept-1", "kept-2"]
