"""The words with which people speak of the order of middleware, and the word classes that they fall into.

A class is one character, so that a sentence becomes a short string over which the claims are plain patterns:

    A add, register          R run, execute        C called, read            L listed, defined
    1 first   9 last         O outermost  I innermost  u outer  n inner      z closest  h early
    b before  a after        w wraps  W wrapped    i inside  o outside       e everything, any, other
    S sees, receives         q request  s response E endpoint, route, app    m middleware, layer   K call
    d reverse, LIFO  f FIFO  r order  k same       V top to bottom  ^ bottom to top   y they, these
    p it, this               g particles  v is, must be, to  P prepositions  & and  | or  = equals
    N a middleware of the stack  U one that is not in it or could be several  _ read already  x any other word

Punctuation stands for itself: `,` `:` (also `;`) `(` `)` `-` (a dash) `/` `>` (an arrow) `<` (one back) `~` (dots).
Each table is a text of words with spaces between, or a mapping to such texts; all in lower case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

CLASSES: Final[Mapping[str, str]] = {
    "A": "add added adding adds addition add_middleware register registered registering registers registration"
    " install installed inserted insertion attached",
    "R": "run runs running execute executes executed executing execution process processes processed processing"
    " evaluated evaluation",
    "C": "called invoked read reads traversed fire fires",
    "L": "list listed defined declared written appear appears specified declaration",
    "1": "first 1st",
    "9": "last",
    "O": "outermost outmost",
    "I": "innermost",
    "u": "outer",
    "n": "inner",
    "z": "tightest closest nearest",
    "h": "early earlier",
    "b": "before",
    "a": "after",
    "w": "wrap wraps wrapping encloses enclose surrounds surround",
    "W": "wrapped enclosed surrounded",
    "i": "inside within behind",
    "o": "outside",
    "e": "everything anything all every any each entire whole other others else",
    "S": "see sees receive receives touch touches handle handles intercept intercepts",
    "q": "request requests incoming inbound ingress",
    "s": "response responses outgoing outbound egress",
    "E": "endpoint endpoints handler handlers route routes router routers routing app application view views"
    " controller",
    "m": "middleware middlewares layer layers wrapper wrappers one ones stack chain pipeline component components",
    "K": "call calls",
    "d": "reverse reversed inverse lifo filo",
    "f": "fifo",
    "r": "order ordering sequence",
    "k": "same",
    "y": "they you we these those them",
    "p": "it this it's which",
    "v": "is are be being become becomes will must should shall needs need has have to stay stays sit sits remain"
    " remains end ends up get gets go goes was were",
    "g": "the a an so that then thus hence therefore always also still because since as its here intentionally"
    " deliberately explicitly effectively ensure ensures ensuring make makes making sure keep keeps means want wants"
    " note nb important warning critical right immediately directly just starlette fastapi absolute absolutely overall",
    "P": "of from by with via through on for in at into per around",
    "&": "and but yet",
    "|": "or",
}
"""What each class holds; a word stands in one class only."""

PHRASES: Final[Mapping[str, str]] = {
    "user middleware": "m",
    "in front of": "o",
    "outside of": "o",
    "inside of": "i",
    "ahead of": "b",
    "prior to": "b",
    "in order to": "v",
    "so as to": "v",
    "the rest": "e",
    "way out": "s",
    "way back": "s",
    "return path": "s",
    "way in": "q",
    "top to bottom": "V",
    "top down": "V",
    "bottom to top": "^",
    "bottom up": "^",
    "last in first out": "d",
    "first in last out": "d",
    "first in first out": "f",
    "inside out": "x",
    "outside in": "x",
    "first party": "x",
    "first class": "x",
    "first time": "x",
    "last time": "x",
    "at last": "x",
    "at first": "x",
}
"""Several words that are read as one of a class; a hyphen between words counts as a space."""

HARD_DOUBTS: Final = (
    "wrong wrongly backward backwards incorrect incorrectly guess misconception mistake mistaken mistakenly contrary"
    " intuitive intuitively assume assumes assumed assuming assumption believe believed expect expects expected think"
    " thought myth unlike opposite previously formerly historically originally used sat ran if unless suppose imagine"
    " whether hypothetically ideally usually typically often generally normally sometimes maybe perhaps probably either"
    " depends depending until whereas almost nearly alternatively swap swapped swapping moved moving reorder reordered"
)
"""Words that make a sentence no plain statement of how things are now: such a sentence is not read at all."""

SOFT_DOUBTS: Final = "otherwise would could might may was were had instead rather than been while when whenever"
"""Words that do the same from the clause on in which they stand; what is said before it holds."""

CAUSES: Final = "so because since otherwise or as"
"""Words that open a clause of their own without a comma before them."""

OTHER_FRAMEWORKS: Final = (
    "express expressjs koa django flask gin echo chi axum tower laravel rails rack sinatra aiohttp sanic tornado"
    " litestar quart hono nestjs fastify actix slim redux fastmcp mcp dramatiq celery nginx traefik envoy cloudflare"
    " scrapy connexion wsgi langchain aiogram grpc javascript"
)
"""What has an order of its own: a sentence that names one may speak of it."""

NEGATIONS: Final = "not never no neither nor without cannot avoid"
"""Words that turn a claim round in their own clause; so does a word that ends in `n't`."""

RETRACTIONS: Final = ("but wait", "wait,", "wait -", "hmm", "correction:")
"""What takes back the text before it: a comment that holds one is not read."""

SETUP_NOUNS: Final = (
    "route routes router routers mount mounts mounted static files spa catch exception exceptions hook hooks event"
    " events dependency dependencies"
)
"""What else is added first or last: a sentence that names one may not be about adding middleware."""

QUALIFIERS_AFTER: Final = (
    "of except but besides apart among amongst save excluding aside relative after before within inside outside beneath"
    " below above other under"
)
"""What makes `outermost` or `first` relative when it follows: `outermost of the two`, `first after CORS`."""

SEQUELS: Final = "then next second third afterwards followed"
"""What makes an `add X first` the first step of several, and no word on all that is added."""

REQUEST_FLOW: Final = "flow flows path journey lifecycle"
"""What a text calls the way of a request, besides the words of class `q` and `R`."""

CLIENTS: Final = "client browser request requests internet incoming"
"""What stands at the outer end of a chain."""

ENDPOINTS: Final = (
    "endpoint endpoints handler handlers route routes router routers routing app application view views controller"
    " operation logic fastapi"
)
"""What stands at the inner end of a chain."""

FAMILIES: Final = (
    "auth authn authentication authenticate authenticator",
    "authz authorization authorize authorisation",
    "log logs logging logger",
    "limit limits limiting limiter limiters",
    "session sessions",
    "timing timer timings",
    "trace traces tracing tracer",
    "metric metrics",
    "header headers",
    "host hosts",
    "error errors",
    "exception exceptions",
    "handle handler handling handlers",
    "request requests req",
    "response responses",
    "compress compression compressor",
    "redirect redirects redirection",
    "cache caching",
    "monitor monitoring",
    "profile profiler profiling",
    "tenant tenancy tenants",
    "id ids",
    "audit auditing",
    "validate validation validator",
    "proxy proxies",
    "cookie cookies",
    "throttle throttling",
    "encrypt encryption",
    "sanitize sanitization sanitizing",
    "block blocking blocker",
    "track tracking tracker",
    "process processing",
)
"""Words that name the same thing in a middleware's name and in a text about it; the first stands for all."""

GENERIC: Final = (
    "request response http https app api simple custom user server client context error exception handle header add"
    " set get process check async data path root body size max limit rate db database id key token time global security"
    " my test asgi pure basic default main core common dispatch call state info url catch all no do on access service"
    " trusted order block track redirect proxy enforce require validate content web first last ip event json x a b c d"
    " e one two three outer inner wrap run new old strip prefix page host before after inside outside in out early"
    " origin preflight start stop next final end with for of to and the"
)
"""Words, by the first of their family, that alone are no name of a middleware."""

KNOWN_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "GZipMiddleware": ("compression", "gzip compression"),
    "BrotliMiddleware": ("compression", "brotli compression"),
    "SlowAPIMiddleware": ("rate limiter", "slowapi rate limiter"),
    "SlowAPIASGIMiddleware": ("rate limiter", "slowapi", "slowapi rate limiter"),
}
"""What well-known middleware is also called."""
