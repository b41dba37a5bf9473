"""Calls that reach out while they run, queries, migrations, pings and downloads, and what each does, as a message says.

Only what surely leaves the process is listed; what is made lazily (an engine, most clients) is not.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_MIGRATES: Final = "migrates the database"
_TABLES: Final = "creates tables"
_QUERIES: Final = "queries the database"
_DOWNLOADS: Final = "downloads"
_ASKS: Final = "sends a request"

WORK: Final[Mapping[str, str]] = MappingProxyType(
    {
        "alembic.command.upgrade": _MIGRATES,
        "alembic.command.downgrade": _MIGRATES,
        "alembic.command.stamp": _MIGRATES,
        "alembic.config.main": _MIGRATES,
        "yoyo.get_backend.apply_migrations": _MIGRATES,
        "django.core.management.call_command": "runs a management command",
        "django.core.management.execute_from_command_line": "runs a management command",
        "urllib.request.urlopen": _ASKS,
        "urllib.request.urlretrieve": _DOWNLOADS,
        "socket.create_connection": "opens a connection",
        "nltk.download": _DOWNLOADS,
        "nltk.downloader.download": _DOWNLOADS,
        "spacy.cli.download": _DOWNLOADS,
        "gdown.download": _DOWNLOADS,
        "wget.download": _DOWNLOADS,
        "huggingface_hub.snapshot_download": _DOWNLOADS,
        "huggingface_hub.hf_hub_download": _DOWNLOADS,
        "peewee.Database.create_tables": _TABLES,
        "peewee.SqliteDatabase.create_tables": _TABLES,
        "peewee.PostgresqlDatabase.create_tables": _TABLES,
        "peewee.MySQLDatabase.create_tables": _TABLES,
        "sqlalchemy.inspect.has_table": _QUERIES,
        "sqlalchemy.inspect.get_table_names": _QUERIES,
        "sqlalchemy_utils.create_database": "creates the database",
        "sqlalchemy_utils.database_exists": _QUERIES,
        "tortoise.Tortoise.generate_schemas": _TABLES,
        "tortoise.Tortoise.init": "connects to the database",
        "asyncpg.connect": "connects to the database",
        "asyncpg.create_pool": "connects to the database",
    }
)
"""Calls by canonical name."""

_HTTP: Final = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "send", "stream"})
_SESSION: Final = frozenset({"execute", "scalar", "scalars", "commit", "flush", "exec", "get", "refresh", "merge"})
_RESULT: Final = frozenset({"all", "first", "one", "one_or_none", "count", "scalar", "delete", "update"})
_ENGINE: Final = frozenset({"connect", "begin", "raw_connection", "execute"})
_REDIS: Final = frozenset(
    {"ping", "get", "set", "setex", "exists", "delete", "hget", "hset", "hgetall", "info", "keys", "scan_iter"}
    | {"flushdb", "flushall", "execute_command", "config_set", "sadd", "smembers", "lpush", "rpush", "incr", "publish"}
)
_MONGO: Final = frozenset(
    {"create_index", "create_indexes", "find_one", "insert_one", "insert_many", "update_one", "count_documents"}
    | {"command", "server_info", "list_collection_names", "list_database_names", "drop", "delete_many"}
)
_SEARCH: Final = frozenset({"ping", "info", "create", "exists", "index", "search", "put_mapping"})
_VECTORS: Final = frozenset(
    {"get_collections", "get_collection", "collection_exists", "create_collection", "recreate_collection", "upsert"}
    | {"get_or_create_collection", "heartbeat", "list_indexes", "create_index"}
)

METHODS: Final = (
    (("requests.", "httpx.get", "httpx.post", "httpx.put", "httpx.request", "httpx.Client."), _HTTP, _ASKS),
    (("httpx.AsyncClient.", "aiohttp.ClientSession."), _HTTP, _ASKS),
    (("sqlalchemy.create_engine.connect.", "sqlalchemy.create_engine.begin."), _SESSION, _QUERIES),
    (("sqlalchemy.create_engine.", "sqlalchemy.engine.create_engine.", "sqlmodel.create_engine."), _ENGINE, _QUERIES),
    (("sqlalchemy.ext.asyncio.create_async_engine.",), _ENGINE | _SESSION, _QUERIES),
    (("sqlalchemy.orm.Session.query.", "sqlalchemy.orm.sessionmaker.__call__.query."), _RESULT, _QUERIES),
    (("sqlalchemy.orm.Session.", "sqlalchemy.orm.sessionmaker.__call__.", "sqlmodel.Session."), _SESSION, _QUERIES),
    (("sqlalchemy.ext.asyncio.AsyncSession.",), _SESSION, _QUERIES),
    (("sqlalchemy.ext.asyncio.async_sessionmaker.__call__.",), _SESSION, _QUERIES),
    (("sqlite3.connect.", "psycopg2.connect.", "psycopg.connect.", "pymysql.connect."), {"execute"}, _QUERIES),
    (("redis.Redis.", "redis.StrictRedis.", "redis.from_url.", "redis.client.Redis."), _REDIS, "asks redis"),
    (("redis.asyncio.", "aioredis."), _REDIS, "asks redis"),
    (("pymongo.MongoClient.", "pymongo.mongo_client.MongoClient."), _MONGO, "asks MongoDB"),
    (("motor.motor_asyncio.AsyncIOMotorClient.", "pymongo.AsyncMongoClient."), _MONGO, "asks MongoDB"),
    (("elasticsearch.Elasticsearch.", "opensearchpy.OpenSearch."), _SEARCH, "asks the search server"),
    (("qdrant_client.QdrantClient.", "chromadb.HttpClient.", "pinecone.Pinecone."), _VECTORS, "asks the vector store"),
    (("minio.Minio.",), {"bucket_exists", "make_bucket", "list_buckets"}, "asks the object store"),
    (("pika.BlockingConnection.",), {"queue_declare", "exchange_declare", "basic_publish"}, "asks the broker"),
)
"""Methods that reach out: how the receiver's name begins, the last names, what they do."""

ASYNCHRONOUS: Final = (
    "httpx.AsyncClient.",
    "aiohttp.",
    "asyncpg.",
    "sqlalchemy.ext.asyncio.",
    "redis.asyncio.",
    "aioredis.",
    "motor.",
    "pymongo.AsyncMongoClient.",
    "tortoise.",
)
"""Beginnings of names of what only happens where it is awaited."""

SCHEMA: Final = frozenset({"create_all", "drop_all"})
"""Methods of a SQLAlchemy `MetaData` that talk to the database."""

OFFLINE_COMMANDS: Final = frozenset({"check", "makemessages", "compilemessages", "help", "version"})
"""Management commands of Django that ask nobody."""
