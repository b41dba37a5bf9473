"""What libraries hold open or in memory: engines, pools, clients, caches, limiters, brokers, tasks, locks."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that is opened and must be closed: what people call it, and what its creation already does."""

    noun: str
    is_lazy: bool = True
    """Whether creating it opens no connection yet."""
    is_bound: bool = False
    """Whether what it opens belongs to the event loop that used it first."""
    is_engine: bool = False


_ASYNC_ENGINE: Final = Resource("the async engine", is_bound=True, is_engine=True)
_ENGINE: Final = Resource("the engine", is_engine=True)
_POOL: Final = Resource("the connection pool", is_lazy=False)
_CONNECTION: Final = Resource("the connection", is_lazy=False)
_REDIS: Final = Resource("the redis client")
_ASYNC_REDIS: Final = Resource("the redis client", is_bound=True)
_ASYNC_REDIS_POOL: Final = Resource("the redis pool", is_bound=True)
_MONGO: Final = Resource("the MongoDB client", is_lazy=False)
_HTTP: Final = Resource("the HTTP client")
_ASYNC_HTTP: Final = Resource("the HTTP client", is_bound=True)
_BROKER: Final = Resource("the broker client", is_bound=True)
_SEARCH: Final = Resource("the search client", is_bound=True)

RESOURCES: Final[Mapping[str, Resource]] = MappingProxyType(
    {
        "sqlalchemy.create_engine": _ENGINE,
        "sqlalchemy.engine.create_engine": _ENGINE,
        "sqlmodel.create_engine": _ENGINE,
        "sqlalchemy.engine_from_config": _ENGINE,
        "sqlalchemy.ext.asyncio.create_async_engine": _ASYNC_ENGINE,
        "sqlalchemy.ext.asyncio.engine.create_async_engine": _ASYNC_ENGINE,
        "sqlmodel.ext.asyncio.create_async_engine": _ASYNC_ENGINE,
        "sqlalchemy.future.create_engine": _ENGINE,
        "sqlalchemy.ext.asyncio.async_engine_from_config": _ASYNC_ENGINE,
        "databases.Database": Resource("the database pool", is_bound=True),
        "psycopg_pool.ConnectionPool": _POOL,
        "psycopg_pool.AsyncConnectionPool": _POOL,
        "psycopg2.pool.SimpleConnectionPool": _POOL,
        "psycopg2.pool.ThreadedConnectionPool": _POOL,
        "psycopg2.connect": _CONNECTION,
        "psycopg.connect": _CONNECTION,
        "pymysql.connect": _CONNECTION,
        "sqlite3.connect": _CONNECTION,
        "redis.Redis": _REDIS,
        "redis.StrictRedis": _REDIS,
        "redis.from_url": _REDIS,
        "redis.Redis.from_url": _REDIS,
        "redis.client.Redis": _REDIS,
        "redis.asyncio.Redis": _ASYNC_REDIS,
        "redis.asyncio.StrictRedis": _ASYNC_REDIS,
        "redis.asyncio.from_url": _ASYNC_REDIS,
        "redis.asyncio.Redis.from_url": _ASYNC_REDIS,
        "redis.asyncio.client.Redis": _ASYNC_REDIS,
        "redis.asyncio.client.Redis.from_url": _ASYNC_REDIS,
        "redis.asyncio.ConnectionPool": _ASYNC_REDIS_POOL,
        "redis.asyncio.ConnectionPool.from_url": _ASYNC_REDIS_POOL,
        "redis.asyncio.BlockingConnectionPool.from_url": _ASYNC_REDIS_POOL,
        "redis.asyncio.cluster.RedisCluster": _ASYNC_REDIS,
        "redis.asyncio.RedisCluster": _ASYNC_REDIS,
        "aioredis.from_url": _ASYNC_REDIS,
        "aioredis.Redis": _ASYNC_REDIS,
        "aioredis.Redis.from_url": _ASYNC_REDIS,
        "valkey.asyncio.Valkey": _ASYNC_REDIS,
        "motor.motor_asyncio.AsyncIOMotorClient": _MONGO,
        "pymongo.MongoClient": _MONGO,
        "pymongo.mongo_client.MongoClient": _MONGO,
        "pymongo.AsyncMongoClient": _MONGO,
        "httpx.Client": _HTTP,
        "httpx.AsyncClient": _ASYNC_HTTP,
        "aiohttp.ClientSession": _ASYNC_HTTP,
        "elasticsearch.Elasticsearch": Resource("the search client"),
        "elasticsearch.AsyncElasticsearch": _SEARCH,
        "opensearchpy.AsyncOpenSearch": _SEARCH,
        "aiokafka.AIOKafkaProducer": _BROKER,
        "aiokafka.AIOKafkaConsumer": _BROKER,
        "neo4j.GraphDatabase.driver": Resource("the Neo4j driver"),
        "neo4j.AsyncGraphDatabase.driver": Resource("the Neo4j driver", is_bound=True),
        "kafka.KafkaProducer": Resource("the broker client", is_lazy=False),
        "kafka.KafkaConsumer": Resource("the broker client", is_lazy=False),
        "pika.BlockingConnection": Resource("the broker connection", is_lazy=False),
    }
)
"""Constructors and factories, by canonical name, of what must be closed again.

SQLAlchemy's engines connect on first use (`sqlalchemy/pool/base.py`); MongoDB's clients start their monitors when
they are made (`pymongo/mongo_client.py`); `psycopg_pool` opens in its constructor by default.
"""

CLOSES: Final = frozenset(
    {"dispose", "close", "aclose", "disconnect", "shutdown", "stop", "terminate", "close_all", "__exit__", "release"}
)
"""Methods that close a resource."""

MEMORY_CACHES: Final = frozenset(
    {
        "cachetools.Cache",
        "cachetools.FIFOCache",
        "cachetools.LFUCache",
        "cachetools.LRUCache",
        "cachetools.RRCache",
        "cachetools.TLRUCache",
        "cachetools.TTLCache",
        "expiringdict.ExpiringDict",
        "cacheout.Cache",
        "aiocache.SimpleMemoryCache",
        "lru.LRU",
    }
)
"""Objects that keep data in the memory of one process."""

TIMED_CACHES: Final = frozenset({"cachetools.TTLCache", "cachetools.TLRUCache", "expiringdict.ExpiringDict"})
"""Of those, the ones whose entries expire by themselves."""

SHORT_SECONDS: Final = 60
"""A lifetime up to which a cache that differs between processes is taken for bounded by design."""

TASKS: Final = frozenset({"create_task", "ensure_future", "run_coroutine_threadsafe", "start_soon", "submit"})
"""Last names of calls that start something and give a handle on it."""

LOCKS: Final = frozenset({"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event"})
"""Last names of constructors of things that only make sense inside one process."""

DATA_MODULES: Final = frozenset(
    {
        "datetime",
        "decimal",
        "fractions",
        "uuid",
        "pathlib",
        "collections",
        "builtins",
        "<unknown>",
        "starlette",
        "fastapi",
    }
)
"""Top modules whose classes make data rather than handles."""

HANDLE_MAKERS: Final = frozenset(
    {
        "client",
        "compile",
        "create_async_engine",
        "create_engine",
        "create_model",
        "encoding_for_model",
        "from_connection_string",
        "from_pretrained",
        "from_url",
        "getLogger",
        "get_encoding",
        "get_logger",
        "get_template",
        "import_module",
        "load_model",
        "make_session",
        "pipeline",
        "resource",
        "sessionmaker",
        "async_sessionmaker",
    }
)
"""Last names of library functions that make a handle, as a library's class does."""

PASSES: Final = frozenset(
    {"gather", "run_in_executor", "run_in_threadpool", "run_sync", "shield", "to_thread", "wait_for"}
)
"""Last names of library functions that give what a function or coroutine given to them returns."""

NO_HANDLES: Final = frozenset({"types.SimpleNamespace", "contextvars.ContextVar"})
"""Classes of libraries whose objects are data all the same."""

MEMORY_WORDS: Final = ("Memory", "History", "Transcript", "Conversation")
"""Words in the names of classes that keep what one user said or did, such as `ConversationBufferMemory`."""

CLOCKS: Final = frozenset(
    {
        "time.time",
        "time.monotonic",
        "time.perf_counter",
        "time.time_ns",
        "time.monotonic_ns",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.now",
        "datetime.utcnow",
        "pendulum.now",
        "arrow.utcnow",
        "django.utils.timezone.now",
    }
)
"""Calls that ask for the time."""

TURNS: Final = ("generation", "epoch", "index", "cursor", "turn", "attempt", "retries", "round_robin", "call_c")
"""Words in the names of counters that each process may keep for itself: whose turn it is, which try this is."""

CONTAINERS: Final = frozenset(
    {
        "builtins.dict",
        "builtins.list",
        "builtins.set",
        "collections.OrderedDict",
        "collections.defaultdict",
        "collections.Counter",
        "collections.UserDict",
        "collections.UserList",
        "collections.deque",
    }
)
"""Bases that make an object of a project's class a container."""

FILE_READS: Final = frozenset(
    {
        "builtins.open",
        "json.load",
        "yaml.safe_load",
        "yaml.load",
        "tomllib.load",
        "tomli.load",
        "csv.reader",
        "pickle.load",
    }
)
FILE_METHODS: Final = frozenset({"read_text", "read_bytes", "from_pretrained", "load_model"})
"""Calls that read what was shipped with the code."""

LIVE_MODULES: Final = (
    "sqlalchemy.",
    "sqlmodel.",
    "asyncpg.",
    "psycopg",
    "databases.",
    "motor.",
    "pymongo.",
    "redis.",
    "httpx.",
    "requests.",
    "aiohttp.",
    "boto3.",
    "tortoise.",
    "beanie.",
)
"""Beginnings of names of what asks for data that can change while the process runs."""

PROCESS_LOCKS: Final = (
    "filelock.",
    "portalocker.",
    "fasteners.",
    "fcntl.",
    "msvcrt.locking",
    "sqlalchemy_utils.advisory",
)
"""Beginnings of names of what locks processes out, not only threads or tasks."""

LIMITERS: Final = frozenset({"slowapi.Limiter", "slowapi.extension.Limiter"})
MEMORY_STORAGES: Final = frozenset(
    {
        "limits.storage.MemoryStorage",
        "limits.aio.storage.MemoryStorage",
        "pyrate_limiter.InMemoryBucket",
    }
)
"""Storages of rate limiters that count in one process."""

BROKER_METHODS: Final = frozenset({"pubsub", "subscribe", "psubscribe", "listen", "get_message", "consume", "xread"})
"""Methods by which a process hears what other processes publish."""

BROKER_MODULES: Final = (
    "broadcaster.",
    "redis.",
    "aioredis.",
    "aiokafka.",
    "aio_pika.",
    "nats.",
    "socketio.",
    "asyncpg.",
)

SENDS: Final = frozenset({"send", "send_text", "send_json", "send_bytes"})
"""Methods of a WebSocket that send to its client."""
