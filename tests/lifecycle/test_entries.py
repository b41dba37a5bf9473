"""Which applications a project has, what each is called, what belongs to it, and what starts it."""

# Small files read best on one line each.

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from fastapi_lint.facts.deployment.read import read_deployments
from fastapi_lint.facts.extract import extract
from fastapi_lint.knowledge.versions import Target
from fastapi_lint.lifecycle.link import LinkInput, link
from tests.lifecycle.agreement import deeply

if TYPE_CHECKING:
    from fastapi_lint.lifecycle.model import App, Project

APP = "from fastapi import FastAPI\napp = FastAPI()\n"
ROUTER = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/r')\ndef r(): ...\n"


def project_of(files: dict[str, str], *, apps: tuple[str, ...] = (), sources: tuple[str, ...] = ()) -> Project:
    """Link a project whose deployments are read from its own files."""
    texts = {path: textwrap.dedent(text) for path, text in files.items()}
    python = tuple(sorted(path for path in texts if path.endswith(".py")))
    facts = {path: extract(texts[path]) for path in python}
    deployments = read_deployments(tuple(sorted(texts)), lambda path: texts[path].encode()).deployments
    target = Target.pinned({"fastapi": "0.165.0"})
    return deeply(lambda: link(LinkInput(python, facts.get, deployments, lambda _: target, sources, apps)))


def summary(project: Project) -> dict[str, list[str]]:
    """The routes of each application by its name."""
    return {app.name: routes(app) for app in project.apps}


def routes(app: App) -> list[str]:
    return [f"{','.join(one.route.methods or ()) or one.route.kind} {one.route.path}" for one in app.endpoints]


def only(project: Project) -> App:
    (app,) = project.apps
    return app


CASES: dict[str, tuple[dict[str, str], dict[str, list[str]]]] = {
    "an application of a module": (
        {"main.py": APP + "@app.get('/x')\ndef x(): ...\n"},
        {"main:app": ["GET /x"]},
    ),
    "an application of a package": (
        {
            "shop/__init__.py": "",
            "shop/api.py": APP + "from .routes import router\napp.include_router(router)\n",
            "shop/routes.py": ROUTER,
        },
        {"shop.api:app": ["GET /r"]},
    ),
    "another name": (
        {"server.py": "import fastapi\napi = fastapi.FastAPI()\n@api.get('/x')\ndef x(): ...\n"},
        {"server:api": ["GET /x"]},
    ),
    "a factory that its module calls": (
        {
            "main.py": "from fastapi import FastAPI\ndef create_app():\n    app = FastAPI()\n    @app.get('/x')\n    def x(): ...\n    return app\napp = create_app()\n"
        },
        {"main:app": ["GET /x"]},
    ),
    "a factory that another module calls": (
        {
            "shop/__init__.py": "",
            "shop/factory.py": "from fastapi import FastAPI\nfrom shop.parts import fill\ndef create_app(prefix='/v1'):\n    app = FastAPI()\n    fill(app, prefix)\n    return app\n",
            "shop/parts.py": "from shop.routes import router\ndef fill(app, prefix):\n    app.include_router(router, prefix=prefix)\n",
            "shop/routes.py": ROUTER,
            "shop/asgi.py": "from shop.factory import create_app\napplication = create_app('/v2')\n",
        },
        {"shop.asgi:application": ["GET /v2/r"]},
    ),
    "a factory that nobody calls": (
        {
            "factory.py": "from fastapi import FastAPI\ndef make():\n    return FastAPI()\ndef create_app():\n    app = make()\n    @app.get('/x')\n    def x(): ...\n    return app\n"
        },
        {"factory:create_app()": ["GET /x"]},
    ),
    "a factory that only uvicorn.run names": (
        {
            "shop/__init__.py": "",
            "shop/main.py": "from fastapi import FastAPI\ndef create_app():\n    app = FastAPI()\n    @app.get('/x')\n    def x(): ...\n    return app\n",
            "run.py": "import uvicorn\nif __name__ == '__main__':\n    uvicorn.run('shop.main:create_app', factory=True, workers=3)\n",
        },
        {"shop.main:create_app()": ["GET /x"]},
    ),
    "an application handed to a helper": (
        {
            "main.py": APP + "from setup_all import setup\nsetup(app)\n",
            "setup_all.py": "import more\ndef setup(app, *, prefix='/p'):\n    more.register(app, prefix)\n    app.add_middleware(more.Middleware)\n",
            "more.py": "from routes import router\ndef register(target, prefix):\n    target.include_router(router, prefix=prefix)\nclass Middleware:\n    def __init__(self, app): ...\n",
            "routes.py": ROUTER,
        },
        {"main:app": ["GET /p/r"]},
    ),
    "an application as an attribute": (
        {
            "server.py": "from fastapi import FastAPI\nclass Server:\n    def __init__(self):\n        self.app = FastAPI()\n        self.app.add_api_route('/x', self.x)\n    def x(self): ...\n",
            "main.py": "from server import Server\nserver = Server()\napp = server.app\n",
        },
        {"main:app": ["GET /x"]},
    ),
    "a subclass": (
        {
            "base.py": "from fastapi import APIRouter, FastAPI\nclass App(FastAPI):\n    def __init__(self, **options):\n        super().__init__(**options)\n        self.get('/own')(self.own)\n    def own(self): ...\nclass Router(APIRouter): ...\n",
            "main.py": "from base import App, Router\napp = App(title='x')\nrouter = Router(prefix='/r')\n@router.get('/x')\ndef x(): ...\napp.include_router(router)\n",
        },
        {"main:app": ["GET /own", "GET /r/x"]},
    ),
    "several applications": (
        {
            "admin/__init__.py": "",
            "admin/main.py": APP + "@app.get('/admin')\ndef a(): ...\n",
            "public/__init__.py": "",
            "public/main.py": APP + "@app.get('/public')\ndef p(): ...\n",
        },
        {"admin.main:app": ["GET /admin"], "public.main:app": ["GET /public"]},
    ),
    "two applications of one module": (
        {"main.py": APP + "internal = FastAPI()\n@app.get('/a')\ndef a(): ...\n@internal.get('/b')\ndef b(): ...\n"},
        {"main:app": ["GET /a"], "main:internal": ["GET /b"]},
    ),
    "a wrapped application": (
        {
            "main.py": "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\n@app.get('/x')\ndef x(): ...\napp = CORSMiddleware(app, allow_origins=['*'])\n"
        },
        {"main:app": ["GET /x"]},
    ),
    "an application that another module adds to": (
        {
            "app/__init__.py": "",
            "app/instance.py": APP,
            "app/views.py": "from app.instance import app\n@app.get('/view')\ndef view(): ...\n",
            "app/main.py": "from app.instance import app\nfrom app import views\nfrom app.routes import router\napp.include_router(router)\n",
            "app/routes.py": ROUTER,
        },
        {"app.instance:app": ["GET /view", "GET /r"]},
    ),
    "a package that hands on its application": (
        {
            "app/__init__.py": "from .core import app\n",
            "app/core.py": APP,
            "main.py": "from app import app\n@app.get('/main')\ndef main(): ...\n",
        },
        {"app.core:app": ["GET /main"]},
    ),
    "test code is no entry": (
        {
            "main.py": APP + "@app.get('/x')\ndef x(): ...\n",
            "tests/test_main.py": "from fastapi import FastAPI\nfrom main import app\ntest_app = FastAPI()\n@app.get('/test')\ndef t(): ...\n",
            "conftest.py": APP,
            "test_more.py": APP,
        },
        {"main:app": ["GET /x"]},
    ),
    "nothing but routers": ({"routes.py": ROUTER}, {}),
    "another library's class": (
        {"main.py": "from other import FastAPI as F\nfrom flask import Flask\napp = Flask(__name__)\n"},
        {},
    ),
    "an application for types alone": (
        {
            "types_.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from fastapi import FastAPI\ndef setup(app: 'FastAPI'): ...\n"
        },
        {},
    ),
    "Starlette": (
        {
            "main.py": "from starlette.applications import Starlette\nfrom starlette.routing import Route\nasync def home(request): ...\napp = Starlette(routes=[Route('/home', home)])\n"
        },
        {"main:app": ["GET,HEAD /home"]},
    ),
    "a backend folder as root": (
        {
            "backend/app/__init__.py": "",
            "backend/app/main.py": "from fastapi import FastAPI\nfrom app.routes import router\napp = FastAPI()\napp.include_router(router)\n",
            "backend/app/routes.py": ROUTER,
            "frontend/build.py": "print(1)\n",
        },
        {"app.main:app": ["GET /r"]},
    ),
    "a src layout": (
        {
            "src/shop/__init__.py": "",
            "src/shop/main.py": "from fastapi import FastAPI\nfrom shop.routes import router\napp = FastAPI()\napp.include_router(router)\n",
            "src/shop/routes.py": ROUTER,
        },
        {"shop.main:app": ["GET /r"]},
    ),
    "a src folder that is the package": (
        {
            "src/__init__.py": "",
            "src/main.py": "from fastapi import FastAPI\nfrom src.routes import router\napp = FastAPI()\napp.include_router(router)\n",
            "src/routes.py": ROUTER,
        },
        {"src.main:app": ["GET /r"]},
    ),
    "services side by side": (
        {
            "services/a/main.py": "from fastapi import FastAPI\nfrom routes import router\napp = FastAPI()\napp.include_router(router, prefix='/a')\n",
            "services/a/routes.py": ROUTER,
            "services/b/main.py": "from fastapi import FastAPI\nfrom routes import router\napp = FastAPI()\napp.include_router(router, prefix='/b')\n",
            "services/b/routes.py": ROUTER,
        },
        {"main:app": ["GET /b/r"]},
    ),
    "a factory with what is not known": (
        {
            "main.py": "from fastapi import FastAPI\nfrom settings import load\ndef create_app(settings=None):\n    settings = settings or load()\n    app = FastAPI(title=settings.title)\n    @app.get('/x')\n    def x(): ...\n    if settings.admin:\n        @app.get('/admin')\n        def admin(): ...\n    return app\n",
            "settings.py": "import os\ndef load():\n    return os.environ\n",
        },
        {"main:create_app()": ["GET /x", "GET /admin"]},
    ),
    "an asynchronous factory": (
        {
            "main.py": "import asyncio\nfrom fastapi import FastAPI\nasync def create():\n    app = FastAPI()\n    @app.get('/x')\n    def x(): ...\n    return app\napp = asyncio.run(create())\n"
        },
        {"main:app": ["GET /x"]},
    ),
    "a broken module beside": (
        {
            "main.py": APP + "@app.get('/x')\ndef x(): ...\nimport gone\nimport broken\n",
            "broken.py": "raise ValueError\n",
        },
        {"main:app": ["GET /x"]},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_applications_of_a_project(name: str) -> None:
    files, expected = CASES[name]
    found = summary(project_of(files))
    if name == "services side by side":
        # Both are called `main:app`, each seen from its own folder.
        project = project_of(files)
        assert sorted((app.entry, *routes(app)) for app in project.apps) == [
            ("services/a/main.py", "GET /a/r"),
            ("services/b/main.py", "GET /b/r"),
        ]
        return
    assert found == expected


def test_mounted_applications_are_known_as_such() -> None:
    project = project_of(
        {
            "main.py": APP + "from sub import sub\nfrom other import other\napp.mount('/sub', sub)\n",
            "sub.py": "from fastapi import FastAPI\nsub = FastAPI()\n@sub.get('/x')\ndef x(): ...\n",
            "other.py": "from fastapi import FastAPI\nother = FastAPI()\n",
        }
    )
    assert {app.name: app.is_mounted for app in project.apps} == {
        "main:app": False,
        "sub:sub": True,
        "other:other": False,
    }
    main = next(app for app in project.apps if app.name == "main:app")
    assert [one.name for one in main.mounted] == ["sub:sub"]


def test_what_an_application_does_not_reach_is_none_of_its_modules() -> None:
    app = only(
        project_of(
            {
                "main.py": APP + "from used import x\ndef later():\n    import late\n",
                "used.py": "import deeper\nx = 1\n",
                "deeper.py": "",
                "late.py": "",
                "unused.py": "import used\n",
                "scripts/job.py": "import main\n",
            }
        )
    )
    assert set(app.modules) == {"main", "used", "deeper"}


def test_configured_applications_decide() -> None:
    files = {
        "a.py": APP + "@app.get('/x')\ndef x(): ...\n",
        "odd.py": "from a import app as base\nmade = [base]\nserved = made[0]\n",
    }
    assert [app.name for app in project_of(files, apps=("odd:served",)).apps] == ["odd:served"]


DEPLOYED = {
    "shop/__init__.py": "",
    "shop/main.py": APP + "@app.get('/x')\ndef x(): ...\n",
    "shop/factory.py": "from fastapi import FastAPI\ndef create_app():\n    app = FastAPI()\n    @app.get('/made')\n    def made(): ...\n    return app\n",
    "shop/other.py": APP,
}


@pytest.mark.parametrize(
    ("path", "text", "name", "processes"),
    [
        ("Procfile", "web: uvicorn shop.main:app --workers 4\n", "shop.main:app", 4),
        ("Procfile", "web: gunicorn -k uvicorn.workers.UvicornWorker -w 3 shop.main:app\n", "shop.main:app", 3),
        ("Procfile", "web: uvicorn --factory shop.factory:create_app --workers 2\n", "shop.factory:create_app()", 2),
        (
            "Procfile",
            "web: gunicorn -w 2 -k uvicorn.workers.UvicornWorker 'shop.factory:create_app()'\n",
            "shop.factory:create_app()",
            2,
        ),
        ("Procfile", "web: fastapi run shop/main.py --workers 5\n", "shop.main:app", 5),
        (
            "Dockerfile",
            'FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD ["uvicorn", "shop.main:app", "--workers", "4"]\n',
            "shop.main:app",
            4,
        ),
        (
            "run.py",
            "import uvicorn\nif __name__ == '__main__':\n    uvicorn.run('shop.main:app', workers=6)\n",
            "shop.main:app",
            6,
        ),
        (
            "run.py",
            "import uvicorn\nfrom shop.main import app\ndef main():\n    uvicorn.run(app)\nmain()\n",
            "shop.main:app",
            1,
        ),
    ],
)
def test_deployments_say_what_is_served(path: str, text: str, name: str, processes: int) -> None:
    project = project_of({**DEPLOYED, path: text})
    served = [app for app in project.apps if app.served]
    assert [app.name for app in served] == [name]
    assert [one.processes.value for one in served[0].served] == [processes]
    assert project.apps[0] is served[0]


def test_a_script_that_calls_its_main_serves_what_it_makes() -> None:
    text = "import uvicorn\nfrom fastapi import FastAPI\ndef main():\n    app = FastAPI()\n    @app.get('/x')\n    def x(): ...\n    uvicorn.run(app, port=80)\nif __name__ == '__main__':\n    main()\n"
    app = only(project_of({"main.py": text}))
    assert routes(app) == ["GET /x"]
    assert [one.processes.value for one in app.served] == [1]


def test_deployments_are_inherited_by_what_is_mounted() -> None:
    project = project_of(
        {
            "main.py": APP + "sub = FastAPI()\napp.mount('/sub', sub)\n",
            "Procfile": "web: uvicorn main:app --workers 4\n",
        }
    )
    assert {app.name: [one.processes.value for one in app.served] for app in project.apps} == {
        "main:app": [4],
        "main:sub": [4],
    }


HOSTILE = {
    "itself": "from main import app\nfrom fastapi import FastAPI\napp = FastAPI()\napp.mount('/x', app)\napp.include_router(app.router)\n",
    "recursion": "from fastapi import FastAPI\ndef make(n):\n    app = FastAPI()\n    app.mount('/x', make(n + 1))\n    return app\napp = make(0)\n",
    "a router in itself": "from fastapi import APIRouter, FastAPI\nr = APIRouter()\nr.include_router(r)\napp = FastAPI()\napp.include_router(r)\n",
    "an odd base": "from fastapi import FastAPI\nclass A(A_): ...\nclass B(B): ...\nclass C(FastAPI, int, *bases, metaclass=M): ...\napp = C()\n",
    "odd names": "from fastapi import FastAPI\napp = FastAPI(routes=1, middleware=2, dependencies=3, exception_handlers=4, lifespan=5)\napp.get(1)(2)\napp.include_router(3, prefix=4)\napp.mount(5, 6)\napp.add_middleware(7)\napp.add_exception_handler(8)\napp.get()()\napp.include_router()\n",
    "everything at once": "from fastapi import FastAPI\napp = FastAPI(*a, **b)\napp.include_router(*c, **d)\napp.add_middleware(*e)\napp.get(*f)(g)\nfor app in app: app.get('/x')(app)\n",
    "dependencies in a circle": "from fastapi import Depends, FastAPI\napp = FastAPI()\ndef a(x=None): ...\ndef b(x=Depends(a)): ...\na.__defaults__ = (Depends(b),)\n@app.get('/x')\ndef x(y=Depends(b)): ...\n",
    "a name that is deleted": "from fastapi import FastAPI\napp = FastAPI()\ndel app\n",
    "no end": "from fastapi import FastAPI\napp = FastAPI()\nwhile True:\n    app.get('/x')(lambda: 1)\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_odd_projects_link(name: str) -> None:
    for app in project_of({"main.py": HOSTILE[name]}).apps:
        assert len(app.endpoints) < 1000
        assert app.requests is not None
        assert app.lifespans is not None
