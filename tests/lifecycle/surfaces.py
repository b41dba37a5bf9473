"""Small projects that together use every way of telling FastAPI something; each is `main:app` unless it says otherwise.

A line `# file: path` begins a file. `# since: 0.121.0` and `# until: 0.136.0` in the first file bound the versions
that can import a project (from the one on, before the other).
"""

PROJECTS = {
    "every verb": """
# file: main.py
from fastapi import FastAPI
app = FastAPI()
@app.get("/get")
def get(): ...
@app.put("/put")
async def put(): ...
@app.post("/post")
def post(): ...
@app.delete("/delete")
def delete(): ...
@app.options("/options")
def options(): ...
@app.head("/head")
def head(): ...
@app.patch("/patch")
def patch(): ...
@app.trace("/trace")
def trace(): ...
@app.api_route("/default")
def default(): ...
@app.api_route("/many", methods=["post", "GET"])
def many(): ...
@app.api_route(path="/named", methods=("PUT",))
def named(): ...
@app.get(path="/words")
def words(): ...
@app.get("")
def empty(): ...
@app.get("/a")
@app.post("/b")
def twice(): ...
METHODS = ["GET", "HEAD"]
@app.api_route("/variable", methods=METHODS)
def variable(): ...
@app.api_route("/set", methods={"PUT", "PATCH"})
def of_set(): ...
""",
    "methods of adding": """
# file: main.py
from fastapi import APIRouter, Depends, FastAPI
from starlette.requests import Request
from starlette.responses import Response
app = FastAPI()
router = APIRouter(prefix="/r")
def dep(): ...
def endpoint(a=Depends(dep)): ...
async def plain(request: Request): return Response()
async def ws(websocket): ...
class Klass:
    def __init__(self, request): ...
class Callable:
    def __call__(self, a=Depends(dep)): ...
app.add_api_route("/a", endpoint)
app.add_api_route("/b", endpoint, methods=["DELETE", "POST"], dependencies=[Depends(dep)])
app.add_api_route(path="/c", endpoint=endpoint, methods=["PUT"])
app.add_api_route("/lambda", lambda: 1)
app.add_api_websocket_route("/ws", ws)
router.add_api_route("/callable", Callable())
router.add_api_websocket_route("/ws", ws, name="x")
router.add_api_route("/d", endpoint)
app.include_router(router)
app.add_route("/plain", plain)
app.add_route("/plain2", plain, methods=["POST"])
app.add_route("/plain3", plain, ["PUT"])
app.router.add_api_route("/through-router", endpoint)
@app.router.get("/router-get")
def router_get(): ...
""",
    "starlette ways": """
# until: 0.130.0
# file: main.py
from fastapi import APIRouter, FastAPI
app = FastAPI()
router = APIRouter(prefix="/r")
async def ws(websocket): ...
@app.route("/a")
def a(request): ...
@app.route("/b", methods=["POST"])
def b(request): ...
@app.route("/c", ["PUT", "GET"])
def c(request): ...
@app.websocket_route("/d")
async def d(websocket): ...
app.add_websocket_route("/e", ws)
@router.route("/f")
def f(request): ...
@router.websocket_route("/g")
async def g(websocket): ...
router.add_websocket_route("/h", ws)
router.add_route("/i", a)
app.include_router(router, prefix="/p")
@app.route("/class")
class Endpoint:
    def __init__(self, scope, receive, send): ...
""",
    "websockets": """
# file: main.py
from fastapi import APIRouter, Depends, FastAPI, WebSocket
def user(): ...
def outer(): ...
app = FastAPI(dependencies=[Depends(outer)])
router = APIRouter(prefix="/chat", dependencies=[Depends(user)])
@app.websocket("/ws")
async def first(websocket: WebSocket, u=Depends(user)): ...
@router.websocket("/room/{name}", dependencies=[Depends(outer)])
async def room(websocket: WebSocket, name: str, u=Depends(user, use_cache=False)): ...
@router.websocket("")
async def bare(websocket: WebSocket): ...
app.include_router(router)
""",
    "nested routers": """
# file: main.py
from fastapi import APIRouter, Depends, FastAPI
def make(name):
    def dependency(): ...
    dependency.__name__ = name
    return dependency
def of_app(): ...
def of_include(): ...
def of_router(): ...
def of_inner_include(): ...
def of_inner(): ...
def of_route(): ...
def of_parameter(a=of_route): ...
app = FastAPI(dependencies=[Depends(of_app)])
inner = APIRouter(prefix="/inner", dependencies=[Depends(of_inner)])
router = APIRouter(prefix="/outer", dependencies=[Depends(of_router)])
@inner.get("/x/{y}", dependencies=[Depends(of_route)])
def leaf(y: int, p=Depends(of_parameter)): ...
@router.get("/own")
def own(): ...
router.include_router(inner, prefix="/mid", dependencies=[Depends(of_inner_include)])
app.include_router(router, prefix="/v1", dependencies=[Depends(of_include)])
app.include_router(router, prefix="/v2")
app.include_router(inner)
""",
    "same router twice": """
# file: main.py
from fastapi import APIRouter, FastAPI
router = APIRouter()
@router.get("/x")
def x(): ...
app = FastAPI()
app.include_router(router, prefix="/a")
@app.get("/between")
def between(): ...
app.include_router(router, prefix="/b")
app.include_router(router=router, prefix="/c", tags=["c"])
""",
    "routes after the inclusion": """
# file: main.py
from fastapi import APIRouter, Depends, FastAPI
def dep(): ...
router = APIRouter(prefix="/r")
late = APIRouter(prefix="/late")
@router.get("/early")
def early(): ...
app = FastAPI()
app.include_router(router)
@router.get("/after")
def after(d=Depends(dep)): ...
@late.get("/x")
def x(): ...
router.include_router(late)
@late.get("/y")
def y(): ...
@app.get("/end")
def end(): ...
""",
    "mounts and hosts": """
# file: main.py
from fastapi import APIRouter, Depends, FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Host, Mount, Route, Router
from starlette.staticfiles import StaticFiles
def dep(): ...
async def home(request): return PlainTextResponse("")
app = FastAPI()
sub = FastAPI(dependencies=[Depends(dep)])
@sub.get("/in-sub")
def in_sub(): ...
deeper = FastAPI()
@deeper.get("/in-deeper")
def in_deeper(d=Depends(dep)): ...
sub.mount("/deeper", deeper)
plain = Starlette(routes=[Route("/home", home), Mount("/m", routes=[Route("/n", home, methods=["POST"])])])
app.mount("/sub", sub)
app.mount("/plain/", plain, name="plain")
app.mount("/static", StaticFiles(directory="."), name="static")
app.host("api.example.org", plain)
router = APIRouter(prefix="/r")
@router.get("/x")
def x(): ...
router.mount("/files", StaticFiles(directory="."))
app.include_router(router, prefix="/p")
app.mount("/router", router)
""",
    "routes of the constructor": """
# file: main.py
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import Mount, Route, WebSocketRoute
async def home(request): ...
async def ws(websocket): ...
def endpoint(): ...
def dep(): ...
def of_router(): ...
OBJECTS = [Route("/a", home), APIRoute("/b", endpoint, methods=["POST"], dependencies=[Depends(dep)])]
router = APIRouter(prefix="/r", routes=OBJECTS, dependencies=[Depends(of_router)])
@router.get("/c")
def c(): ...
app = FastAPI(dependencies=[Depends(of_router)], routes=[Route("/home", home, methods=["GET"]), WebSocketRoute("/ws", ws), APIRoute("/api", endpoint)])
app.include_router(router, prefix="/p", dependencies=[Depends(dep, use_cache=False)])
app.router.routes.append(Route("/late", home))
app.routes.append(APIRoute("/later", endpoint))
""",
    "loops": """
# file: main.py
from importlib import import_module
from fastapi import FastAPI
from routers import items, users
from routers.all import ROUTERS, TABLE
app = FastAPI()
for module in (items, users):
    app.include_router(module.router, prefix="/1")
for index, router in enumerate([items.router, users.router]):
    app.include_router(router, prefix=f"/{index}")
for router in ROUTERS:
    app.include_router(router)
for prefix, router in TABLE.items():
    app.include_router(router, prefix=prefix)
for prefix, (router, tag) in {"/t": (items.router, "x")}.items():
    app.include_router(router, prefix=prefix, tags=[tag])
[app.include_router(r, prefix="/comp") for r in ROUTERS]
for name in ["items", "users"]:
    app.include_router(import_module(f"routers.{name}").router, prefix="/dyn")
for name in ["items", "users"]:
    app.include_router(import_module("." + name, package="routers").router, prefix="/rel")
for kind in ("get", "post"):
    getattr(app, kind)("/got")(items.read)
for path, function in zip(["/z1", "/z2"], [items.read, users.read]):
    app.add_api_route(path, function)
for router in reversed(ROUTERS):
    app.include_router(router, prefix="/reversed")
for router in [*ROUTERS, items.router]:
    if router is users.router:
        continue
    app.include_router(router, prefix="/star")
i = 0
while i < 2:
    app.include_router(ROUTERS[i], prefix=f"/w{i}")
    i += 1
# file: routers/__init__.py
# file: routers/items.py
from fastapi import APIRouter
router = APIRouter(prefix="/items")
@router.get("/")
def read(): ...
# file: routers/users.py
from fastapi import APIRouter
router = APIRouter(prefix="/users")
@router.get("/")
def read(): ...
# file: routers/all.py
from . import items, users
ROUTERS = [items.router]
ROUTERS.append(users.router)
TABLE = {"/a": items.router}
TABLE["/b"] = users.router
""",
    "helpers": """
# file: app/__init__.py
# file: main.py
from app.factory import create_app
app = create_app()
# file: app/factory.py
from fastapi import FastAPI
from .routes import register
from .settings import settings
from . import middleware
def create_app(*, debug: bool = False) -> FastAPI:
    application = FastAPI(title=settings.name)
    middleware.setup(application)
    register(application)
    if settings.docs:
        @application.get("/docs-on")
        def docs_on(): ...
    else:
        @application.get("/docs-off")
        def docs_off(): ...
    _handlers(app=application)
    return application
def _handlers(app):
    @app.exception_handler(ValueError)
    async def value_error(request, error): ...
    app.add_exception_handler(404, not_found)
async def not_found(request, error): ...
# file: app/settings.py
class Settings:
    name = "x"
    docs = True
    prefix = "/api" + "/v1"
settings = Settings()
# file: app/middleware.py
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
def setup(app):
    for kind, options in [(GZipMiddleware, {"minimum_size": 5}), (CORSMiddleware, {"allow_origins": ["*"]})]:
        app.add_middleware(kind, **options)
    @app.middleware("http")
    async def timing(request, call_next): ...
# file: app/routes/__init__.py
from fastapi import APIRouter
from ..settings import settings
from .users import router as users
from . import items
def register(app, prefix=settings.prefix):
    api = APIRouter(prefix=prefix)
    for router in (users, items.router):
        api.include_router(router)
    app.include_router(api)
# file: app/routes/users.py
from fastapi import APIRouter
router = APIRouter(prefix="/users")
@router.get("/{name}")
def read(name: str): ...
# file: app/routes/items.py
import fastapi
router = fastapi.APIRouter()
@router.get("/items")
def read(): ...
""",
    "annotated": """
# file: deps.py
from typing import Annotated, Optional, Union
from fastapi import Depends, Request
def session(): ...
def user(s=Depends(session)): ...
class Query:
    def __init__(self, s: Annotated[int, Depends(session)], q: Optional[str] = None): ...
Session = Annotated[int, Depends(session)]
User = Annotated[str, Depends(user)]
Twice = Annotated[User, "more"]
Both = Annotated[Annotated[int, Depends(session)], Depends(user)]
Perhaps = Optional[Session]
Shortcut = Annotated[Query, Depends()]
Uncached = Annotated[int, Depends(session, use_cache=False)]
# file: main.py
from __future__ import annotations
from typing import Annotated, Optional
import deps
from deps import Both, Perhaps, Query, Session, Shortcut, Twice, Uncached, User as Me
from fastapi import Depends, FastAPI
app = FastAPI()
@app.get("/a")
def a(s: Session, u: Me): ...
@app.get("/b")
def b(u: Twice, s: deps.Session): ...
@app.get("/c")
def c(x: Both): ...
@app.get("/d")
def d(q: Shortcut): ...
@app.get("/e")
def e(q: Annotated[Query, Depends()], r: Query = Depends()): ...
@app.get("/f")
def f(s: Session, t: Session, u: Uncached, v: Uncached): ...
@app.get("/g")
def g(s: Annotated[int, Depends(deps.session)], t: "Session", u: Annotated["int", Depends(deps.user)]): ...
@app.get("/h")
def h(x: Annotated[Optional[int], Depends(deps.session)] = None): ...
""",
    "callables": """
# file: main.py
import functools
from fastapi import Depends, FastAPI
app = FastAPI()
def base(): ...
def with_base(b=Depends(base)): ...
async def with_async(b=Depends(with_base)): ...
def generator(b=Depends(base)):
    yield 1
async def async_generator(g=Depends(generator)):
    yield 1
class Klass:
    def __init__(self, b=Depends(base)): ...
class Inherits(Klass): ...
class Empty: ...
class Caller:
    def __init__(self, x): self.x = x
    def __call__(self, b=Depends(with_base)): ...
    def method(self, b=Depends(base)): ...
    async def coroutine(self): ...
    @classmethod
    def of_class(cls, b=Depends(base)): ...
    @staticmethod
    def of_nothing(b=Depends(with_base)): ...
class Calls(Caller):
    def __call__(self, b=Depends(base)): ...
def factory(name):
    def made(b=Depends(base)): ...
    return made
def outer(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs): return f(*args, **kwargs)
    return wrapper
@outer
def wrapped(b=Depends(with_base)): ...
caller, calls = Caller(1), Calls(2)
one = factory("one")
part = functools.partial(with_base, 1)
words = functools.partial(with_base, b=2)
@app.get("/1")
def r1(a=Depends(with_async), b=Depends(async_generator)): ...
@app.get("/2")
def r2(a=Depends(Klass), b=Depends(Inherits), c: Empty = Depends()): ...
@app.get("/3")
def r3(a=Depends(caller), b=Depends(calls), c=Depends(Caller(3)), d=Depends(caller)): ...
@app.get("/4")
def r4(a=Depends(caller.method), b=Depends(caller.method), c=Depends(calls.method), d=Depends(caller.coroutine)): ...
@app.get("/5")
def r5(a=Depends(Caller.of_class), b=Depends(Caller.of_nothing), c=Depends(caller.of_nothing)): ...
@app.get("/6")
def r6(a=Depends(one), b=Depends(factory("two")), c=Depends(one), d=Depends(factory("one"))): ...
@app.get("/7")
def r7(a=Depends(lambda: 1), b=Depends(lambda b=Depends(base): b)): ...
@app.get("/8")
def r8(a=Depends(part), b=Depends(words), c=Depends(functools.partial(with_base))): ...
@app.get("/9")
@outer
def r9(a=Depends(wrapped), b=Depends(outer(base))): ...
@app.get("/10")
def r10(a=Depends(factory)): ...
class Views:
    def __init__(self, name): self.name = name
    def view(self, b=Depends(base)): ...
views = Views("x")
app.get("/11")(views.view)
app.add_api_route("/12", functools.partial(with_base))
app.add_api_route("/13", Caller(5))
""",
    "cache and scopes": """
# file: main.py
from fastapi import Depends, FastAPI, Security
from fastapi.security import HTTPBearer, OAuth2PasswordBearer, SecurityScopes
app = FastAPI()
scheme = OAuth2PasswordBearer(tokenUrl="token")
bearer = HTTPBearer()
def session(): ...
def repository(s=Depends(session)): ...
def fresh(s=Depends(session, use_cache=False)): ...
def user(scopes: SecurityScopes, token: str = Depends(scheme), s=Depends(session)): ...
def active(u=Security(user, scopes=["me"])): ...
def plain_user(token=Depends(scheme)): ...
@app.get("/1")
def r1(a=Depends(session), b=Depends(repository), c=Depends(fresh), d=Depends(session, use_cache=False)): ...
@app.get("/2")
def r2(a=Security(active, scopes=["items"]), b=Depends(active)): ...
@app.get("/3")
def r3(a=Security(user, scopes=["b", "a"]), b=Security(user, scopes=["a", "b"]), c=Security(user)): ...
@app.get("/4", dependencies=[Depends(bearer), Security(plain_user, scopes=["x"])])
def r4(a=Depends(plain_user), b=Security(plain_user), c=Depends(scheme)): ...
@app.get("/5", dependencies=[Depends(session), Depends(session), Depends(fresh)])
def r5(a=Depends(fresh), b=Depends(fresh, use_cache=False), c=Depends(session)): ...
SCOPES = ["one", "two"]
@app.get("/6")
def r6(a=Security(user, scopes=SCOPES), b=Security(user, scopes=("one",))): ...
""",
    "scope of dependencies": """
# since: 0.121.0
# file: main.py
from typing import Annotated
from fastapi import Depends, FastAPI
app = FastAPI()
def session(): yield
def plain(): ...
def both(a=Depends(session, scope="request")): ...
@app.get("/1")
def r1(a=Depends(session), b=Depends(session, scope="function"), c=Depends(session, scope="request")): ...
@app.get("/2")
def r2(a=Depends(plain), b=Depends(plain, scope="function"), c=Depends(plain, scope="request")): ...
@app.get("/3")
def r3(a: Annotated[int, Depends(both, scope="request")], b: Annotated[int, Depends(session)]): ...
""",
    "annotations as texts": """
# file: main.py
from __future__ import annotations
from dataclasses import dataclass
from functools import partial
from typing import Annotated
from fastapi import Depends, FastAPI
app = FastAPI()
def get_user(): ...
def of_function(user: Annotated[str, Depends(get_user)] = ""): ...
class OfClass:
    def __init__(self, user: Annotated[str, Depends(get_user)] = "", other=Depends(get_user, use_cache=False)): ...
    def method(self, user: Annotated[str, Depends(get_user)] = ""): ...
class OfObject:
    def __call__(self, user: Annotated[str, Depends(get_user)] = ""): ...
@dataclass
class OfData:
    user: Annotated[str, Depends(get_user)] = ""
@app.get("/function")
def function(value: Annotated[str, Depends(of_function)] = ""): ...
@app.get("/partial")
def bound(value=Depends(partial(of_function))): ...
@app.get("/class")
def owner(value=Depends(OfClass)): ...
@app.get("/method")
def method(value=Depends(OfClass().method)): ...
@app.get("/partial-of-method")
def bound_method(value=Depends(partial(OfClass().method))): ...
@app.get("/object")
def thing(value=Depends(OfObject())): ...
@app.get("/data")
def data(value=Depends(OfData)): ...
app.get("/endpoint")(partial(of_function))
""",
    "classes": """
# file: main.py
from fastapi import APIRouter, Depends, FastAPI
def dep(): ...
class Router(APIRouter):
    def __init__(self, name, **options):
        super().__init__(prefix="/" + name, **options)
        self.name = name
        self.get("/own")(self.own)
    def own(self, d=Depends(dep)): ...
class Tagged(Router):
    pass
class App(FastAPI):
    version_prefix = "/v1"
    def __init__(self, *args, **kwargs):
        super().__init__(*args, dependencies=[Depends(dep)], **kwargs)
        self.prepare()
    def prepare(self):
        self.add_api_route("/setup", self.status)
        self.include(router)
    def include(self, router):
        self.include_router(router, prefix=self.version_prefix)
    async def status(self): ...
router = Router("first", dependencies=[Depends(dep)])
@router.get("/x")
def x(): ...
second = Tagged("second")
app = App(title="x")
app.include_router(second)
@app.get("/y")
def y(): ...
""",
    "server object": """
# file: main.py
from server import Server
server = Server(["a", "b"])
app = server.app
# file: server.py
from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
class Server:
    prefix = "/api"
    def __init__(self, names):
        self.names = names
        self.app = FastAPI()
        self.router = APIRouter(prefix=self.prefix)
        self._routes()
        self._middleware()
    def _routes(self):
        for name in self.names:
            self.router.add_api_route(f"/{name}", self.endpoint, methods=["POST"])
        @self.router.get("/inner")
        async def inner(me=Depends(self.dependency)): return self
        self.app.include_router(self.router)
        self.app.get("/direct")(self.endpoint)
    def _middleware(self):
        self.app.add_middleware(GZipMiddleware)
        self.app.middleware("http")(self.log)
        self.app.add_exception_handler(KeyError, self.failed)
    async def log(self, request, call_next): ...
    async def failed(self, request, error): ...
    def dependency(self): ...
    def endpoint(self, d=None): ...
""",
    "middleware": """
# file: main.py
from fastapi import FastAPI
from fastapi.middleware import Middleware
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware as Hosts
from starlette.middleware.base import BaseHTTPMiddleware
from own import Pure, log, Based
MIDDLEWARE = [Middleware(CORSMiddleware, allow_origins=["*"]), Middleware(Pure, name="x")]
app = FastAPI(middleware=MIDDLEWARE + [Middleware(GZipMiddleware)])
app.add_middleware(Hosts, allowed_hosts=["*"])
app.add_middleware(BaseHTTPMiddleware, dispatch=log)
@app.middleware("http")
async def decorated(request, call_next): return await call_next(request)
app.add_middleware(Based)
app.middleware("http")(log)
app.add_middleware(middleware_class=Pure, name="y") if hasattr(Pure, "x") else app.add_middleware(Pure, name="z")
# file: own.py
from starlette.middleware.base import BaseHTTPMiddleware
class Pure:
    x = 1
    def __init__(self, app, name=""): self.app = app
    async def __call__(self, scope, receive, send): await self.app(scope, receive, send)
class Based(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next): return await call_next(request)
async def log(request, call_next): return await call_next(request)
""",
    "exception handlers": """
# file: main.py
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
class Own(Exception): ...
class Child(Own): ...
async def first(request, error): ...
async def second(request, error): ...
class Handler:
    async def __call__(self, request, error): ...
    async def method(self, request, error): ...
HANDLERS = {Own: first, 500: second}
app = FastAPI(exception_handlers={**HANDLERS, 404: second})
@app.exception_handler(Child)
async def child(request, error): ...
@app.exception_handler(RequestValidationError)
async def invalid(request, error): ...
app.add_exception_handler(StarletteHTTPException, first)
app.add_exception_handler(HTTPException, second)
app.add_exception_handler(404, first)
app.add_exception_handler(ValueError, Handler().method)
app.add_exception_handler(exc_class_or_status_code=KeyError, handler=second)
for error in (TypeError, OSError):
    app.add_exception_handler(error, first)
app.exception_handler(418)(second)
""",
    "lists of dependencies": """
# file: main.py
from fastapi import APIRouter, Depends, FastAPI
def a(): ...
def b(): ...
def c(x=Depends(a)): ...
COMMON = [Depends(a)]
MORE = COMMON + [Depends(b)]
def needs(*functions): return [Depends(one) for one in functions]
app = FastAPI(dependencies=COMMON)
router = APIRouter(dependencies=needs(b, c))
admin = APIRouter(dependencies=[*MORE, Depends(c)])
@router.get("/1", dependencies=MORE)
def r1(): ...
@admin.get("/2")
def r2(x=Depends(c, use_cache=False)): ...
@app.get("/3", dependencies=(Depends(b),))
def r3(): ...
@app.get("/4", dependencies=None)
def r4(): ...
app.include_router(router)
app.include_router(admin, dependencies=needs(c))
""",
    "branches": """
# file: main.py
import os
import sys
from typing import TYPE_CHECKING
from fastapi import APIRouter, FastAPI
if TYPE_CHECKING:
    from nowhere import router
else:
    router = APIRouter(prefix="/real")
try:
    import orjson_that_is_not_there
except ImportError:
    PREFIX = "/fallback"
else:
    PREFIX = "/there"
DEBUG = False
VERSIONS = {"v1": True, "v2": False}
app = FastAPI()
@router.get("/x")
def x(): ...
if DEBUG:
    @app.get("/debug")
    def debug(): ...
elif not DEBUG and len(VERSIONS) == 2:
    @app.get("/no-debug")
    def no_debug(): ...
for name, is_on in VERSIONS.items():
    if not is_on:
        continue
    app.include_router(router, prefix=f"/{name}")
if sys.version_info >= (3, 8):
    app.include_router(router, prefix="/new")
else:
    app.include_router(router, prefix="/old")
def choose(kind="a"):
    if kind == "a":
        return "/a"
    return "/b"
app.include_router(router, prefix=choose())
app.include_router(router, prefix=choose("b"))
if __name__ == "__main__":
    app.include_router(router, prefix="/never")
""",
    "imports": """
# file: main.py
import pkg.api.v1 as v1
import pkg.api
from pkg import app
from pkg.api import *
from pkg.api import v2
import pkg.extra
app.include_router(v1.router, prefix="/as")
app.include_router(pkg.api.v1.router, prefix="/dotted")
app.include_router(exported, prefix="/star")
app.include_router(v2.router)
app.include_router(pkg.api.v2.nested.router)
# file: pkg/__init__.py
from .core import app
from .api import v1
app.include_router(v1.router, prefix="/init")
# file: pkg/core.py
from fastapi import FastAPI
app = FastAPI()
@app.get("/core")
def core(): ...
# file: pkg/extra.py
from . import app
from pkg.core import core
@app.get("/extra")
def extra(): ...
# file: pkg/api/__init__.py
from .v1 import router as exported, _hidden
from .v1 import router as not_exported
__all__ = ["exported"]
__all__ += ["v1"]
# file: pkg/api/v1.py
from fastapi import APIRouter
router = APIRouter(prefix="/v1")
_hidden = 1
@router.get("/x")
def x(): ...
# file: pkg/api/v2/__init__.py
from fastapi import APIRouter
from . import nested
from .nested import helper
router = APIRouter(prefix="/v2")
@router.get("/y")
def y(): ...
# file: pkg/api/v2/nested.py
from fastapi import APIRouter
router = APIRouter(prefix="/nested")
def helper(): ...
@router.get("/z")
def z(): ...
""",
    "cycle": """
# file: main.py
from app import app
from app import views
@app.get("/main")
def main(): ...
# file: app/__init__.py
from fastapi import FastAPI
app = FastAPI()
from app import views, more
# file: app/views.py
from app import app
import app as package
@app.get("/views")
def view(): ...
@package.app.get("/package")
def package_view(): ...
# file: app/more.py
from . import app, views
from .views import view
app.get("/more")(view)
""",
    "decorators": """
# file: main.py
import functools
from fastapi import Depends, FastAPI
app = FastAPI()
def dep(): ...
def logged(f):
    @functools.wraps(f)
    async def wrapper(*args, **kwargs): return await f(*args, **kwargs)
    return wrapper
def limited(times, *, per=1):
    def decorator(f):
        @functools.wraps(f)
        def inner(*args, **kwargs): return f(*args, **kwargs)
        return inner
    return decorator
def registered(path):
    def decorator(f):
        app.add_api_route(path, f, dependencies=[Depends(dep)])
        return f
    return decorator
def get(path, **options):
    return app.get("/prefixed" + path, **options)
class Once:
    def __init__(self, f):
        functools.update_wrapper(self, f)
        self.f = f
    def __call__(self, *args): return self.f(*args)
@app.get("/1")
@logged
@limited(3, per=2)
def r1(d=Depends(dep)): ...
@registered("/2")
def r2(): ...
@get("/3", dependencies=[Depends(dep)])
@functools.lru_cache
def r3(): ...
@app.get("/4")
@functools.cache
def r4(d=Depends(dep)): ...
def crud(name):
    @app.get(f"/{name}")
    def read(d=Depends(dep)): ...
    @app.post(f"/{name}")
    def create(): ...
    return read
crud("a")
crud("b")
""",
    "class based views": """
# file: main.py
from fastapi import APIRouter, Depends, FastAPI
def dep(): ...
class Crud:
    router: APIRouter
    def __init__(self, name, service=None):
        self.router = APIRouter(prefix=f"/{name}", tags=[name])
        self.name = name
        self.register()
    def register(self):
        self.router.add_api_route("", self.list_all, methods=["GET"])
        self.router.add_api_route("/{item}", self.one, methods=["GET"], dependencies=[Depends(dep)])
    def list_all(self, d=Depends(dep)): ...
    def one(self, item: int): ...
class Users(Crud):
    def register(self):
        super().register()
        self.router.add_api_route("/me", self.me)
    def me(self): ...
    def one(self, item: str): ...
app = FastAPI()
for crud in (Crud("items"), Users("users")):
    app.include_router(crud.router)
registry = {}
def view(path):
    def wrap(owner):
        registry[path] = owner
        return owner
    return wrap
@view("/a")
class A:
    def get(self, d=Depends(dep)): ...
    def post(self): ...
@view("/b")
class B:
    def get(self): ...
for path, owner in registry.items():
    instance = owner()
    for method in ("get", "post"):
        if hasattr(instance, method):
            app.add_api_route(path, getattr(instance, method), methods=[method.upper()])
""",
    "values of settings": """
# file: main.py
import os
from dataclasses import dataclass, field
from enum import Enum
from fastapi import APIRouter, FastAPI
class Version(str, Enum):
    ONE = "v1"
    TWO = "v2"
@dataclass
class Settings:
    prefix: str = "/api"
    versions: list = field(default_factory=lambda: ["a", "b"])
    name: str = field(default="x")
    @property
    def full(self): return f"{self.prefix}/{self.name}"
    def path(self, *parts): return "/".join([self.prefix, *parts])
settings = Settings(name="y")
app = FastAPI()
router = APIRouter()
@router.get("/x")
def x(): ...
app.include_router(router, prefix=settings.prefix)
app.include_router(router, prefix=settings.full)
app.include_router(router, prefix=settings.path("p", "q"))
app.include_router(router, prefix="/" + Version.ONE.value)
app.include_router(router, prefix=f"/{Version.TWO.value}")
for version in Version:
    app.include_router(router, prefix="/each/" + version.value)
for name in settings.versions:
    app.include_router(router, prefix=f"/{name}")
app.include_router(router, prefix="/{}".format("formatted"))
app.include_router(router, prefix="/%s" % "percent")
app.include_router(router, prefix="/a/".rstrip("/"))
CONSTANTS = dict(prefix="/dict")
app.include_router(router, **CONSTANTS)
PREFIXES = {"a": {"b": ["/deep"]}}
app.include_router(router, prefix=PREFIXES["a"]["b"][0])
first, *others = ["/first", "/second", "/third"]
app.include_router(router, prefix=first)
for other in others:
    app.include_router(router, prefix=other)
if (chosen := "/walrus"):
    app.include_router(router, prefix=chosen)
""",
    "wrapped applications": """
# file: main.py
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
class Own:
    def __init__(self, app, name=""): self.app = app
    async def __call__(self, scope, receive, send): await self.app(scope, receive, send)
inner = FastAPI()
@inner.get("/x")
def x(): ...
inner.add_middleware(GZipMiddleware)
app = CORSMiddleware(app=Own(inner, name="x"), allow_origins=["*"])
""",
    "lifespans": """
# file: main.py
from contextlib import asynccontextmanager
from fastapi import APIRouter, FastAPI
@asynccontextmanager
async def lifespan(app):
    app.include_router(late)
    yield
late = APIRouter()
@late.get("/late")
def late_route(): ...
app = FastAPI(lifespan=lifespan)
@app.get("/x")
def x(): ...
""",
    "frontend": """
# since: 0.138.0
# file: main.py
from fastapi import APIRouter, Depends, FastAPI
def dep(): ...
app = FastAPI()
app.frontend("/", directory="dist", check_dir=False)
router = APIRouter(prefix="/r", dependencies=[Depends(dep)])
router.frontend("/front", directory="dist", check_dir=False)
@app.get("/x")
def x(): ...
app.include_router(router, prefix="/p")
app.frontend("/deep/er", directory="dist", check_dir=False)
""",
    "odd but legal": """
# file: main.py
from fastapi import *
from fastapi import FastAPI as F, APIRouter as R, Depends as D
import fastapi as fa
from fastapi.applications import FastAPI as G
from fastapi.routing import APIRouter as S
from fastapi.params import Depends as P
from fastapi.param_functions import Depends as Q
def dep(): ...
def dep2(): ...
make = F
app: F = make()
r1, r2 = R(prefix="/r1"), fa.APIRouter(prefix="/r2")
r3 = r4 = S(prefix="/r3")
(r5 := fa.routing.APIRouter(prefix="/r5"))
get = app.get
@get("/bound")
def bound(a=D(dep), b=fa.Depends(dep2)): ...
@r1.get("/1")
def one(a=P(dep), b=Q(dep2)): ...
@r2.get("/2")
def two(*, a=D(dep), b: int = 0, c=D(dep2)): ...
@r3.get("/3")
@r4.post("/4")
def three(a: int, /, b=D(dep)): ...
@r5.get("/5")
def five(): ...
include = app.include_router
for r in r1, r2, r3, r5: include(r)
def setup(app=app, *, router=r1): app.include_router(router, prefix="/defaults")
setup()
setup(router=r2)
(lambda a: a.include_router(r3, prefix="/lambda"))(app)
app.get("/inline")(lambda: 1)
global_route = app.post("/assigned")(dep)
with open(__file__) as f:
    app.include_router(r5, prefix="/with")
try:
    app.include_router(r5, prefix="/try")
finally:
    app.include_router(r5, prefix="/finally")
assert app.get("/assert")(dep)
del r1
x = [app.get(f"/comp{i}")(dep) for i in range(2)]
y = {k: app.get(k)(dep) for k in ("/k1", "/k2")}
app.get("/chained")(app.get("/chained2")(dep2))
print(app.include_router(r2, prefix="/printed"))
class Namespace:
    app.include_router(r3, prefix="/class-body")
""",
    "dependencies of all kinds": """
# file: main.py
from dataclasses import dataclass
from typing import Annotated, Any, Generic, NamedTuple, TypeVar
from fastapi import BackgroundTasks, Body, Cookie, Depends, FastAPI, Header, Path, Query, Request, Response
from pydantic import BaseModel
T = TypeVar("T")
app = FastAPI()
def a(): ...
def b(x=Depends(a)): ...
class Model(BaseModel):
    x: int = 0
class Params(BaseModel):
    q: str = ""
@dataclass
class Data:
    first: Annotated[int, Depends(a)]
    second: int = Depends(b)
class Repo(Generic[T]):
    def __init__(self, x=Depends(a)): ...
class UserRepo(Repo[int]):
    pass
class Service:
    def __init__(self, repo: Annotated[UserRepo, Depends()], data: Data = Depends()): ...
class WithNew:
    def __new__(cls, x=Depends(a)): return object.__new__(cls)
class Meta(type):
    pass
class Metaed(metaclass=Meta):
    def __init__(self, x=Depends(a)): ...
@app.get("/1/{p}")
def r1(p: int, request: Request, response: Response, tasks: BackgroundTasks, q: str = Query(""), h: str = Header(""),
       c: str = Cookie(""), params: Params = Depends(), x=Depends(b)): ...
@app.post("/2")
def r2(m: Model, n: Model = Body(...), s: Service = Depends()): ...
@app.get("/3")
def r3(d: Data = Depends(), r: UserRepo = Depends(), m: Metaed = Depends()): ...
@app.get("/4")
def r4(d: Annotated[Data, Depends(Data)], r: Annotated[Repo, Depends(Repo)]): ...
""",
    "names from elsewhere": """
# file: main.py
from fastapi import Depends, FastAPI
from config import build, container
app = build(FastAPI, title="x")
@app.get("/1")
def r1(a=Depends(container.session), b=Depends(container.get("user")), c=Depends(container.users.find)): ...
@app.get("/2")
def r2(a=Depends(container.make("x")), b=Depends(container.make("x")), c=Depends(container.made)): ...
# file: config.py
def base(): ...
class Users:
    def find(self, b=None): ...
class Container:
    def __init__(self):
        self.users = Users()
        self.table = {"user": self.user}
        self.made = self.make("made")
    def session(self): ...
    def user(self): ...
    def get(self, name): return self.table[name]
    def make(self, name):
        def made(): return name
        return made
def build(kind, **options):
    return kind(**options)
container = Container()
""",
    "overrides": """
# file: main.py
from fastapi import Depends, FastAPI
app = FastAPI()
def real(): ...
def inner(): ...
def fake(i=Depends(inner)): ...
def user(r=Depends(real)): ...
@app.get("/x")
def x(a=Depends(real), b=Depends(user)): ...
app.dependency_overrides[real] = fake
""",
    "overrides of many": """
# file: main.py
from functools import partial
from fastapi import APIRouter, Depends, FastAPI, Security
from fastapi.security import SecurityScopes
def real(): ...
def scoped(s: SecurityScopes): ...
def asks(r=Depends(real)): ...
def quiet(): ...
def loud():
    yield 1
class Service:
    def __init__(self, r=Depends(real)): ...
class FakeService: ...
class Check:
    def __call__(self): ...
check = Check()
router = APIRouter(dependencies=[Depends(asks)])
@router.get("/r")
def r(a: Service = Depends(), b=Depends(check), c=Depends(real), d=Depends(quiet)): ...
@router.get("/s")
def s(a=Security(scoped, scopes=["a"]), b=Security(scoped, scopes=["b"]), c=Depends(asks), d=Depends(asks, use_cache=False)): ...
app = FastAPI(dependencies=[Depends(quiet)])
app.include_router(router, prefix="/api")
app.dependency_overrides = {Service: FakeService, check: loud}
app.dependency_overrides.update({real: partial(quiet)})
app.dependency_overrides[scoped] = asks
sub = FastAPI()
sub.include_router(router)
app.mount("/sub", sub)
app.mount("/bare", router)
""",
    "open overrides": """
# file: main.py
import os
from fastapi import Depends, FastAPI
app = FastAPI()
def real(): ...
def fake(): ...
@app.get("/x")
def x(a=Depends(real)): ...
if os.environ.get("FAKE"):
    app.dependency_overrides[real] = fake
""",
    "security classes": """
# file: main.py
from fastapi import Depends, FastAPI, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
class JWTBearer(HTTPBearer):
    def __init__(self, auto_error: bool = True):
        super().__init__(auto_error=auto_error)
    async def __call__(self, request: Request, extra=None): ...
class Plain(HTTPBearer): ...
class WithDependency(APIKeyHeader):
    def __call__(self, request: Request, s=None): ...
def token(credentials: HTTPAuthorizationCredentials = Depends(HTTPBearer())): ...
jwt, plain = JWTBearer(), Plain()
key = APIKeyHeader(name="x-key")
app = FastAPI()
@app.get("/1", dependencies=[Depends(jwt), Depends(JWTBearer()), Depends(plain)])
def r1(a=Depends(jwt), b=Depends(token), c=Depends(token), d=Security(key), e=Depends(key)): ...
@app.get("/2")
def r2(a=Depends(WithDependency(name="y")), b=Security(jwt, scopes=["a"]), c=Security(jwt, scopes=["b"])): ...
class Checker:
    def __init__(self, *roles): self.roles = roles
    def __call__(self, scopes: SecurityScopes, t=Depends(token)): ...
admin = Checker("admin")
@app.get("/3", dependencies=[Security(admin, scopes=["x"])])
def r3(a=Depends(admin), b=Depends(Checker("user")), c=Security(admin, scopes=["x"])): ...
""",
    "shared markers and factories": """
# file: main.py
from functools import lru_cache, partial
from typing import Annotated
from fastapi import APIRouter, Depends, FastAPI
def session(): ...
def user(s=Depends(session)): ...
DB = Depends(session)
UNCACHED = Depends(session, use_cache=False)
@lru_cache
def memoised(name):
    def made(s=DB): ...
    return made
@lru_cache()
def settings(): ...
def needs(kind):
    def get(s=Depends(session)): return kind(s)
    return get
class Repo:
    def __init__(self, s): ...
class Users(Repo): ...
def guarded(*functions): return [Depends(f) for f in functions]
def depends_on(f, **options): return Depends(f, **options)
app = FastAPI()
router = APIRouter(dependencies=guarded(user))
@app.get("/1")
def r1(a=DB, b=DB, c=UNCACHED, d=UNCACHED): ...
@app.get("/2")
def r2(a=Depends(memoised("x")), b=Depends(memoised("x")), c=Depends(memoised("y"))): ...
@app.get("/3")
def r3(a=Depends(needs(Repo)), b=Depends(needs(Users)), c=Depends(settings), d=Depends(settings)): ...
@router.get("/4", dependencies=[depends_on(session), depends_on(user, use_cache=False)])
def r4(a=depends_on(user), b: Annotated[int, depends_on(session)] = 0): ...
app.include_router(router, dependencies=[DB])
""",
    "application from settings": """
# file: main.py
from app.main import get_application
app = get_application()
# file: app/__init__.py
# file: app/main.py
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from app.api.errors import http_error_handler, validation_handler
from app.api.routes.api import router as api_router
from app.core.config import get_app_settings
from app.core.events import create_start_app_handler
def get_application() -> FastAPI:
    settings = get_app_settings()
    settings.configure_logging()
    application = FastAPI(**settings.fastapi_kwargs)
    application.add_middleware(CORSMiddleware, allow_origins=settings.allowed_hosts, allow_methods=["*"])
    application.add_exception_handler(HTTPException, http_error_handler)
    application.add_exception_handler(RequestValidationError, validation_handler)
    application.include_router(api_router, prefix=settings.api_prefix)
    return application
# file: app/api/__init__.py
# file: app/api/errors.py
async def http_error_handler(request, error): ...
async def validation_handler(request, error): ...
# file: app/api/routes/__init__.py
# file: app/api/routes/api.py
from fastapi import APIRouter
from app.api.routes import users, tags
router = APIRouter()
router.include_router(users.router, tags=["users"], prefix="/users")
router.include_router(tags.router, tags=["tags"], prefix="/tags")
# file: app/api/routes/users.py
from fastapi import APIRouter, Body, Depends
from app.deps import get_repository, get_current_user_authorizer
from app.repos import UsersRepository
router = APIRouter()
@router.get("", name="users:get")
async def get_user(user=Depends(get_current_user_authorizer()), repo: UsersRepository = Depends(get_repository(UsersRepository))): ...
@router.put("/{slug}", dependencies=[Depends(get_current_user_authorizer(required=False))])
async def update(slug: str, user=Depends(get_current_user_authorizer()), body=Body(...)): ...
# file: app/api/routes/tags.py
from fastapi import APIRouter, Depends
from app.deps import get_repository
from app.repos import TagsRepository
router = APIRouter()
@router.get("")
async def all_tags(repo=Depends(get_repository(TagsRepository))): ...
# file: app/deps.py
from typing import Callable, Type
from fastapi import Depends, Security
from fastapi.security import APIKeyHeader
from app.repos import Base, UsersRepository
class Header(APIKeyHeader):
    async def __call__(self, request): ...
def _get_pool(): ...
def _get_connection(pool=Depends(_get_pool)): yield
def get_repository(repo_type: Type[Base]) -> Callable:
    def _get_repo(conn=Depends(_get_connection)): return repo_type(conn)
    return _get_repo
def get_current_user_authorizer(*, required: bool = True) -> Callable:
    return _get_current_user if required else _get_current_user_optional
def _get_header(): ...
async def _get_current_user(repo=Depends(get_repository(UsersRepository)), token=Depends(_get_header)): ...
async def _get_current_user_optional(repo=Depends(get_repository(UsersRepository)), token=Depends(_get_header)): ...
# file: app/repos.py
class Base:
    def __init__(self, conn): self._conn = conn
class UsersRepository(Base): ...
class TagsRepository(Base): ...
# file: app/core/__init__.py
# file: app/core/events.py
def create_start_app_handler(app, settings):
    async def start(): ...
    return start
# file: app/core/config.py
from functools import lru_cache
from typing import Any, Dict, List
class BaseSettings:
    env = "prod"
class AppSettings(BaseSettings):
    debug: bool = False
    docs_url: str = "/docs"
    title: str = "x"
    api_prefix: str = "/api"
    allowed_hosts: List[str] = ["*"]
    @property
    def fastapi_kwargs(self) -> Dict[str, Any]:
        return {"debug": self.debug, "docs_url": self.docs_url, "title": self.title}
    def configure_logging(self) -> None: ...
class Prod(AppSettings): ...
class Dev(AppSettings):
    debug = True
environments = {"prod": Prod, "dev": Dev}
@lru_cache
def get_app_settings() -> AppSettings:
    app_env = BaseSettings().env
    config = environments[app_env]
    return config()
""",
    "modules found by listing": """
# file: main.py
import importlib
import pkgutil
import routers
from fastapi import FastAPI
app = FastAPI()
for info in pkgutil.iter_modules(routers.__path__):
    module = importlib.import_module(f"routers.{info.name}")
    app.include_router(module.router)
for _, name, is_package in pkgutil.iter_modules(routers.__path__, "routers."):
    if not is_package:
        app.include_router(importlib.import_module(name).router, prefix="/again")
app.include_router(routers.router, prefix="/all")
# file: routers/__init__.py
from importlib import import_module
from pkgutil import iter_modules
from fastapi import APIRouter
router = APIRouter()
for _, name, _ in iter_modules(__path__):
    router.include_router(import_module(f".{name}", package=__name__).router)
# file: routers/b.py
from fastapi import APIRouter
router = APIRouter(prefix="/b")
@router.get("/")
def b(): ...
# file: routers/a.py
from fastapi import APIRouter
router = APIRouter(prefix="/a")
@router.get("/")
def a(): ...
""",
    "star import of routers": """
# file: main.py
from fastapi import FastAPI
from routers import *
from routers.more import *
app = FastAPI()
app.include_router(users.router)
app.include_router(items.router)
for module in (extra, users):
    app.include_router(module.router, prefix="/x")
# file: routers/__init__.py
__all__ = ["users", "items"]
# file: routers/users.py
from fastapi import APIRouter
router = APIRouter(prefix="/users")
@router.get("/")
def users(): ...
# file: routers/items.py
from fastapi import APIRouter
router = APIRouter(prefix="/items")
@router.get("/")
def items(): ...
# file: routers/more/__init__.py
from . import extra
# file: routers/more/extra.py
from fastapi import APIRouter
router = APIRouter(prefix="/extra")
@router.get("/")
def extra(): ...
""",
    "route lists": """
# file: main.py
from fastapi import APIRouter, FastAPI
from starlette.routing import Mount, Route, WebSocketRoute
def one(): ...
def two(): ...
async def home(request): ...
URLS = [("/1", one, ["GET"]), ("/2", two, ["POST", "PUT"])]
NAMED = {"/3": {"endpoint": one, "methods": ["DELETE"]}, "/4": {"endpoint": two}}
class View:
    path = "/view"
    methods = ["PATCH"]
    def handle(self): ...
class Other(View):
    path = "/other"
VIEWS = [View(), Other()]
app = FastAPI()
for path, function, methods in URLS:
    app.add_api_route(path, function, methods=methods)
for path, options in NAMED.items():
    app.add_api_route(path, **options)
for view in VIEWS:
    app.add_api_route(view.path, view.handle, methods=view.methods)
app.router.routes.extend([Route("/5", home), Route("/6", home, methods=["POST"])])
app.routes.insert(0, Route("/first", home))
router = APIRouter()
for verb in (router.get, router.post):
    verb("/verb")(one)
register = {"get": router.get, "put": router.put}
register["put"]("/registered")(two)
app.include_router(router)
app.router.include_router(router, prefix="/through")
app.router.routes += [Route("/7", home)]
late = APIRouter()
late.prefix = "/late"
late.get("/x")(one)
app.include_router(late)
""",
    "conditions on versions and names": """
# file: main.py
import os
import platform
import fastapi
from fastapi import APIRouter, FastAPI
FEATURES = {"a": True, "b": False}
ENABLED = [name for name, on in FEATURES.items() if on]
class Config:
    FEATURE = "on"
    LEVEL = 3
    EXTRA = None
config = Config()
app = FastAPI()
def add(path):
    @app.get(path)
    def endpoint(): ...
if config.FEATURE == "on":
    add("/on")
if config.LEVEL > 2 and "a" in ENABLED and "b" not in ENABLED:
    add("/level")
if config.EXTRA is None:
    add("/none")
if not config.EXTRA:
    add("/not")
if isinstance(config, Config) and hasattr(config, "LEVEL") and not hasattr(config, "NOTHING"):
    add("/isinstance")
add("/ternary" if config.LEVEL else "/never")
match config.LEVEL:
    case 3:
        pass
for number in range(config.LEVEL):
    if number == 1:
        continue
    add(f"/number/{number}")
    if number == 2:
        break
else:
    add("/no-else")
try:
    add(FEATURES["missing"])
except KeyError:
    add("/except")
try:
    number = int("no number")
    add("/not-reached")
except ValueError:
    add("/value-error")
def fail(): raise RuntimeError
try:
    fail()
    add("/not-reached-either")
except RuntimeError:
    add("/runtime-error")
finally:
    add("/finally")
""",
}
