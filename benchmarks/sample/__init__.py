"""The sample company in a fresh home, with its articles and, if wanted, its customers."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from assistant.database import session_scope
from assistant.importing import import_customers, import_operators
from assistant.settings import load_settings
from channels.services import Services, now, open_services
from knowledge.articles.ingest import ingest

PET_CARE = Path(__file__).resolve().parents[2] / "examples" / "pet_care"
EVALUATION = PET_CARE / "evaluation"
# The day for which the sample customers are written, and at which the cases are asked.
THE_DAY = datetime(2026, 11, 1, 12, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


def opened(
    home: Path, *, people: bool = False, clock: Callable[[], datetime] = now, **settings: object
) -> Services:
    """The services of a new home in this folder; with `people`, 300 customers are written for
    THE_DAY and imported."""
    (home / "company").mkdir(parents=True)
    for path in PET_CARE.glob("*.yaml"):
        shutil.copy(path, home / "company")
    services = open_services(load_settings(home, **settings), clock)
    with session_scope(services.engine) as session:
        ingest(session, [PET_CARE / "articles"], services.library.embedder, services.check)
    with session_scope(services.engine) as session:
        services.library.refresh(session)
    if people:
        _import_people(services, home / "people")
    return services


def _import_people(services: Services, folder: Path) -> None:
    subprocess.run(
        [sys.executable, str(PET_CARE / "generate.py"), "--out", str(folder),
         "--today", THE_DAY.date().isoformat()],
        check=True, capture_output=True, cwd=PET_CARE,
    )
    with session_scope(services.engine) as session:
        import_operators(session, folder / "operators.jsonl")
    import_customers(services.engine, folder / "customers.jsonl", services.library.embedder,
                     services.clock)
