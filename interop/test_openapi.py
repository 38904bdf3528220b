"""The OpenAPI document: valid by its specification, and what it says is what comes."""

import re

import pytest
import requests
from openapi_spec_validator import OpenAPIV31SpecValidator

METHODS = ("get", "put", "post", "delete", "patch")


@pytest.fixture(scope="module")
def document(server):
    answer = requests.get(server.url + "/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


def test_the_document_is_valid(document):
    assert document["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


@pytest.mark.parametrize("body", [None, "{", "null", "[]", '{"data": 7}', "x=1"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_every_answer_is_a_documented_one(server, person, document, signed_in, body):
    headers = {"Content-Type": "application/json"} if body and body != "x=1" else {}
    if body == "x=1":
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if signed_in:
        headers |= {"Authorization-Type": "v1", "Authorization": server.new_key(person)}
    wrong = []
    for method, path, operation in operations(document):
        url = server.url + re.sub(r"\{[^}]*\}", "1", path)
        data = None if method == "get" else body
        answer = requests.request(method, url, data=data, headers=headers, allow_redirects=False)
        what = f"{method} {path}: {answer.status_code}"
        responses = operation["responses"]
        # One answer may stand for all errors of an operation, never for what succeeds.
        error = responses.get("default") if answer.status_code >= 400 else None
        documented = responses.get(str(answer.status_code), error)
        if documented is None:
            wrong.append(what)
            continue
        content = documented.get("content")
        kind = answer.headers.get("Content-Type", "").split(";")[0]
        if answer.content and content is not None and kind not in {k.split(";")[0] for k in content}:
            wrong.append(f"{what} as {kind}")
    assert wrong == []
