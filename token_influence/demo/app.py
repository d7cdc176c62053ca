"""The demo as a web application: one page, and one question at a time."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from token_influence.demo.explainer import METHODS, MOST_CHARACTERS, Loaded, answer
from token_influence.errors import TokenInfluenceError
from token_influence.page.prompts import SCRIPTS, method_words
from token_influence.page.render import fragment, render

LOCAL = ["127.0.0.1", "localhost"]
MOST_BYTES = 200_000  # of a question
MOST_WAITING = 8  # questions, the one that is computed included
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


def application(
    models: Mapping[str, Loaded],
    templates: Mapping[str, str],
    examples: Sequence[Mapping[str, Any]] = (),
    hosts: Sequence[str] = (),
) -> Starlette:
    """The page at `/`, and the answers to its questions at `/explain`.

    models: by name, loaded. templates: the texts of the page's templates. examples: what the page can
    fill in, with a `title` and the keys of a question. hosts: names that the page is reached under,
    beside this machine's own; a request for any other name is refused, so that no web site can reach
    the page by pointing its own name here.
    """
    page = render(
        templates,
        "demo.html",
        scripts=[*SCRIPTS, "demo.js"],
        connects=True,
        title="What does a prediction look at?",
        models=list(models),
        methods=METHODS,
        words=method_words(list(METHODS)),
        examples=list(examples),
        most_characters=MOST_CHARACTERS,
    )
    computing = asyncio.Lock()
    waiting = 0

    async def show(request: Request) -> Response:
        return HTMLResponse(page, headers=HEADERS)

    async def explain(request: Request) -> Response:
        nonlocal waiting
        # A page of another site cannot send this type without asking first, which is not answered.
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return refusal("The question is no JSON.", 415)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return refusal("The question is too long.", 413)
        try:
            question = json.loads(body)
        except (ValueError, RecursionError):
            return refusal("The question is no JSON.", 400)
        if waiting >= MOST_WAITING:
            return refusal("Others are waiting for their answers: try again in a minute.", 503)
        waiting += 1
        try:
            async with computing:
                record = await run_in_threadpool(answer, models, question)
        except TokenInfluenceError as error:
            return refusal(" ".join(str(error).split()), 400)
        finally:
            waiting -= 1
        words = method_words(record["methods"])
        html = fragment(templates, "fragment.html", record=record, words=words)
        return HTMLResponse(html, headers=HEADERS)

    return Starlette(
        routes=[Route("/", show), Route("/explain", explain, methods=["POST"])],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=[*LOCAL, *hosts], www_redirect=False)
        ],
    )


def refusal(sentence: str, status: int) -> JSONResponse:
    """One sentence for the person at the page."""
    return JSONResponse({"error": sentence}, status, headers=HEADERS)
