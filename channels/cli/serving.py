"""`yorisoi serve | work | demo`: the processes that run."""

import logging
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from assistant.errors import BadConfiguration
from assistant.settings import load_settings
from channels.app import create_app
from channels.cli.output import console, print_json
from channels.cli.program import HOME, AsJson, Home, program
from channels.demo import prepare_demo
from channels.services import open_services

Port = Annotated[int | None, typer.Option(help="Default: YORISOI_PORT or 8000.")]
Host = Annotated[str | None, typer.Option(help="Default: YORISOI_HOST or 127.0.0.1.")]


@program.command()
def serve(
    home: Home = HOME, host: Host = None, port: Port = None,
    work: Annotated[bool, typer.Option(help="Answer in this process, too.")] = True,
    as_json: AsJson = False,
) -> None:
    """Serve the doors: web chat, console, email."""
    _log()
    settings = load_settings(home, **_given(host=host, port=port))
    services = open_services(settings)
    _tell(as_json, {"console": f"{settings.public_url}/console",
                    "widget": f"{settings.public_url}/chat/widget.js"})
    _run(create_app(services, work=work), settings.host, settings.port)


@program.command()
def work(home: Home = HOME, as_json: AsJson = False) -> None:
    """Answer what comes in; run as many of these as you want beside serve."""
    _log()
    services = open_services(load_settings(home))
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    _tell(as_json, {"working": f"{home}; stop with Ctrl+C"})
    upkeep = threading.Thread(target=services.upkeep.run, args=(stop,), name="upkeep")
    upkeep.start()
    services.worker.run(stop)
    upkeep.join()


@program.command()
def demo(
    home: Home = Path(".yorisoi/demo"), host: Host = None, port: Port = None,
    company: Annotated[
        Path | None, typer.Option(help="The folder of a sample company.")
    ] = None,
    prepare_only: Annotated[bool, typer.Option(help="Prepare the data and end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Serve a whole sample company: shop with chat, console, mailboxes. No account needed."""
    _log()
    prepared = prepare_demo(home, company, _given(host=host, port=port))
    settings = prepared.services.settings
    if prepare_only:
        _tell(as_json, {"ready": str(home)})
        return
    _tell(as_json, {"open": f"{settings.public_url}/", "日本語": f"{settings.public_url}/?lang=ja",
                    "stop": "Ctrl+C"})
    _run(prepared.app(), settings.host, settings.port)


def _tell(as_json: bool, lines: dict[str, str]) -> None:
    """What a person (or a program) must know of a process that is about to run."""
    if as_json:
        print_json(lines)
        return
    console.print()
    for name, line in lines.items():
        console.print(f"  [dim]{name:<8}[/] [bold]{line}[/]", highlight=False, soft_wrap=True)
    console.print()


def _given(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


def _run(app: object, host: str, port: int) -> None:
    try:
        uvicorn.run(app, host=host, port=port, log_level="warning",  # type: ignore[arg-type]
                    proxy_headers=True, timeout_graceful_shutdown=5)
    except OSError as error:
        raise BadConfiguration(f"{host}:{port} cannot be used ({error.strerror}).") from error


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for noisy in ("httpx", "mail.log", "faiss.loader", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
