"""The command `demo`: load models once, and serve the page on this machine alone."""

import argparse
import socket
from collections.abc import Sequence
from pathlib import Path

from token_influence import importing
from token_influence.errors import TokenInfluenceError

ADDRESS = "127.0.0.1"
PORT = 8760

DESCRIPTION = """\
Open a local page on which you type a prompt and see which tokens a prediction rests on. It is reached
from this machine alone, and asks nothing of the network (docs/scopes.md)."""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    command.set_defaults(run=run)
    command.add_argument(
        "--model",
        dest="models",
        action="append",
        required=True,
        metavar="PATH_OR_REPO",
        help="as for `explain`; may be given several times",
    )
    command.add_argument(
        "--study",
        type=Path,
        metavar="FILE",
        help="a study whose prompts are the page's examples (default: config.yaml, if it is there)",
    )
    command.add_argument(
        "--port",
        type=int,
        default=PORT,
        metavar="N",
        help="default: %(default)s; 0 takes a free one",
    )
    command.add_argument("--device", choices=["auto", "cpu", "cuda", "mps"], default="auto")
    command.add_argument(
        "--host-name",
        dest="hosts",
        action="append",
        default=[],
        metavar="NAME",
        help="a name that a proxy on this machine serves the page under; may be given several times",
    )


def run(options: argparse.Namespace) -> None:
    """Serve until Ctrl-C."""
    with importing():
        try:
            import uvicorn

            from token_influence.demo.app import application
        except ModuleNotFoundError as error:
            raise TokenInfluenceError(
                f"The demo needs {error.name}: pip install 'token-influence[demo]'."
            ) from None
        from transformers.utils import logging

        from token_influence.demo.explainer import Loaded
        from token_influence.models.loading import load_model
        from token_influence.models.locate import locate
        from token_influence.models.tokenizers import load_tokenizer
        from token_influence.page.files import templates

    logging.set_verbosity_error()
    logging.disable_progress_bar()  # of loading weights
    listening = bound(options.port)
    shown = examples(options.study)
    models = {}
    for given in options.models:
        checkpoint = locate(given)
        model = load_model(checkpoint.folder, device=options.device)
        models[checkpoint.name] = Loaded(model, load_tokenizer(checkpoint.folder))
    app = application(models, templates(), shown, options.hosts)
    print(f"http://{ADDRESS}:{listening.getsockname()[1]}/ (Ctrl-C ends it)", flush=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False))
    server.run(sockets=[listening])


def bound(port: int) -> socket.socket:
    """A socket that listens at this port of this machine alone; TokenInfluenceError if it is taken."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((ADDRESS, port))
        listening.listen()
    except (OSError, OverflowError) as error:
        listening.close()
        raise TokenInfluenceError(f"Port {port} cannot be used: {error}.") from None
    return listening


def examples(study: Path | None) -> list[dict[str, str | bool]]:
    """The first question of each prompt of a study, as the page fills it in; none without a study."""
    from token_influence.config import load_study, read_config

    path = study or Path("config.yaml")
    if study is None and not path.is_file():
        return []
    section = load_study(read_config(path)).prompts
    return [
        {
            "title": prompt.title,
            "text": prompt.text,
            **_target(prompt.targets[0].token, prompt.targets[0].contrast),
            "before": prompt.targets[0].before or "",
            "chat": prompt.chat is not None,
            "system": (prompt.chat and prompt.chat.system) or "",
            "answer": prompt.chat.answer if prompt.chat else "",
        }
        for prompt in (section.texts.values() if section else [])
    ]


def _target(token: str | None, contrast: Sequence[str] | None) -> dict[str, str]:
    target, other = contrast or (token or "", "")
    return {"target": target, "other": other}
