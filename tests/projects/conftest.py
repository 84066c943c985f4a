"""A store on SQLite and, where it is installed, on PostgreSQL; photos in a folder."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import create_engine

from clickmend.projects.store import Store

USER = "postgres"


def programs():
    """The folder of PostgreSQL's programs, the newest version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else on_path and Path(on_path).parent


@pytest.fixture(scope="session")
def postgres(require, tmp_path_factory):
    """The address of a PostgreSQL server of this run alone, on a socket in its folder."""
    bin_folder = programs()
    require(bin_folder, "there is no PostgreSQL; install the package postgresql to test on it")
    folder = tmp_path_factory.mktemp("postgres")
    as_user: list[str] = []
    if os.getuid() == 0:  # its programs refuse to run as root
        as_user = ["runuser", "-u", USER, "--"]
        shutil.chown(folder, USER)
        for above in folder.parents[:3]:
            above.chmod(above.stat().st_mode | 0o011)
    data = folder / "data"
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"

    def run(program, *arguments):
        command = [*as_user, str(bin_folder / program), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)

    run("initdb", "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
    log = str(folder / "log")
    run("pg_ctl", "-D", str(data), "-l", log, "-w", "-o", options, "start")
    yield f"postgresql://{USER}@/postgres?host={folder}"
    run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


@pytest.fixture
def postgres_url(postgres, request):
    """An empty database."""
    name = f"test_{abs(hash(request.node.nodeid))}"
    admin = create_engine(
        postgres.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield postgres.replace("/postgres?", f"/{name}?")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request):
    """The URL of a database; none for the file in the folder of the store."""
    return request.getfixturevalue("postgres_url") if request.param == "postgres" else None


@pytest.fixture
def store(tmp_path, url):
    store = Store(tmp_path / "home", url=url)
    yield store
    store.close()


@pytest.fixture
def photos(tmp_path, rng):
    """A folder of three photos, one of them in a folder below."""
    folder = tmp_path / "photos"
    for name in ("a.png", "b.png", "below/c.png"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (30, 40, 3), np.uint8)).save(path)
    return folder
