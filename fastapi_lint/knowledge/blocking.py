"""What blocks the thread that calls it: the callable, what it waits for, and what does the same without blocking.

Functions count by their canonical name; methods only on objects whose class is known, by how they were made or by how
they are annotated. What does no I/O is not here: making a client, `Session.add`, `Result.scalars`.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Blocking:
    """What a callable waits for, and what to use instead, as messages have them.

    For a class: its own `methods` that block, and the `ends` of chains of attributes and calls that do
    (`client.chat.completions.create`, `session.query(...).filter(...).first`).
    """

    why: str
    instead: str
    methods: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    is_local: bool = False
    """Whether it only reads or writes files of this machine, which is mostly short."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_THREAD: Final = "`await run_in_threadpool(...)`"
_HTTP_WHY: Final = "waits for an HTTP response"
_HTTP: Final = Blocking(_HTTP_WHY, "`httpx.AsyncClient`")
_API_WHY: Final = "waits for the answer of a remote service"
_SQL_WHY: Final = "waits for the database"
_SQL: Final = Blocking(_SQL_WHY, "an async driver")
_PROCESS: Final = Blocking("waits for another process", "`asyncio.create_subprocess_exec`")
_NETWORK: Final = Blocking("waits for the network", "`asyncio.open_connection`")
_FILES: Final = Blocking("works through whole files or folders", _THREAD)
_SHORT_FILES: Final = Blocking("waits for the disk", f"`anyio.open_file` or {_THREAD}", is_local=True)
_MAIL: Final = Blocking("waits for the mail server", "`aiosmtplib`")
_THREADED: Final = Blocking("waits for another thread", "`asyncio.Queue`, `asyncio.Event` or `await`")

_VERBS: Final = "get post put patch delete head options request"


def _each(module: str, names: str, blocking: Blocking) -> dict[str, Blocking]:
    return {f"{module}.{name}": blocking for name in names.split()}


FUNCTIONS: Final[Mapping[str, Blocking]] = MappingProxyType(
    {
        "time.sleep": Blocking("sleeps", "`await asyncio.sleep(...)`"),
        "builtins.input": Blocking("waits for somebody to type", _THREAD),
        **_each("requests", _VERBS, _HTTP),
        **_each("requests.api", _VERBS, _HTTP),
        **_each("httpx", f"{_VERBS} stream", _HTTP),
        **_each("urllib.request", "urlopen urlretrieve", _HTTP),
        "urllib3.request": _HTTP,
        **_each("subprocess", "run call check_call check_output getoutput getstatusoutput", _PROCESS),
        **_each("os", "system wait waitpid", _PROCESS),
        **_each("socket", "create_connection getaddrinfo gethostbyname gethostbyaddr", _NETWORK),
        **_each("shutil", "rmtree copytree copyfileobj move make_archive unpack_archive", _FILES),
        **dict.fromkeys(
            (
                "psycopg2.connect",
                "psycopg.connect",
                "psycopg.Connection.connect",
                "pymysql.connect",
                "MySQLdb.connect",
                "mysql.connector.connect",
                "pyodbc.connect",
                "cx_Oracle.connect",
                "oracledb.connect",
                "snowflake.connector.connect",
                "pika.BlockingConnection",
            ),
            _SQL,
        ),
        **dict.fromkeys(("smtplib.SMTP", "smtplib.SMTP_SSL"), _MAIL),
        **dict.fromkeys(
            (
                "google.oauth2.id_token.verify_oauth2_token",
                "google.oauth2.id_token.verify_firebase_token",
                "google.oauth2.id_token.verify_token",
            ),
            Blocking("fetches the certificates of the issuer", _THREAD),
        ),
        **dict.fromkeys(
            (
                "openai.ChatCompletion.create",
                "openai.Completion.create",
                "openai.Embedding.create",
                "openai.Image.create",
                "openai.chat.completions.create",
                "openai.embeddings.create",
            ),
            Blocking(_API_WHY, "`openai.AsyncOpenAI`"),
        ),
        "builtins.open": _SHORT_FILES,
    }
)
"""Functions and constructors that block, by canonical name."""

_SESSION: Final = Blocking(
    _SQL_WHY,
    "`AsyncSession`",
    methods=_words(
        "execute scalars scalar exec commit flush refresh get get_one merge connection "
        "bulk_save_objects bulk_insert_mappings bulk_update_mappings"
    ),
    ends=frozenset({"query.all", "query.first", "query.one", "query.one_or_none", "query.scalar", "query.count"})
    | {"query.get", "query.delete", "query.update", "query.get_or_404"},
)
_CURSOR: Final = "cursor.execute cursor.executemany cursor.fetchone cursor.fetchall cursor.fetchmany cursor.callproc"
_CONNECTION: Final = Blocking(
    _SQL_WHY, "an async driver", methods=_words("execute executemany executescript commit"), ends=_words(_CURSOR)
)
_REDIS: Final = Blocking(
    "waits for Redis",
    "`redis.asyncio`",
    methods=_words(
        "get set setex setnx getset getdel delete unlink exists expire expireat ttl keys scan mget mset incr incrby "
        "decr decrby append hget hset hgetall hdel hexists hincrby hkeys hvals hmget hmset lpush rpush lpop rpop blpop "
        "brpop llen lrange lrem ltrim sadd srem smembers sismember scard zadd zrem zrange zrevrange zrangebyscore "
        "zscore zcard zincrby zremrangebyscore publish xadd xread xreadgroup xack ping info flushdb flushall "
        "eval evalsha "
        "execute_command"
    ),
    ends=_words("pipeline.execute pubsub.get_message pubsub.subscribe"),
)
_MONGO: Final = Blocking(
    "waits for MongoDB",
    "`pymongo.AsyncMongoClient`",
    ends=_words(
        "find_one insert_one insert_many update_one update_many replace_one delete_one delete_many count_documents "
        "estimated_document_count aggregate distinct find_one_and_update find_one_and_delete find_one_and_replace "
        "bulk_write create_index create_indexes drop list_collection_names list_database_names command"
    ),
)
_SEARCH: Final = Blocking(
    "waits for the search server",
    "its asynchronous client",
    methods=_words("search index get mget msearch delete update bulk count exists create delete_by_query info ping"),
    ends=_words("indices.create indices.exists indices.delete indices.refresh indices.get"),
)
_OPENAI_ENDS: Final = _words(
    "completions.create completions.parse embeddings.create images.generate images.edit images.create_variation "
    "responses.create responses.parse moderations.create models.list models.retrieve files.create files.content "
    "files.delete transcriptions.create translations.create speech.create threads.create messages.create runs.create "
    "runs.retrieve assistants.create messages.stream messages.count_tokens"
)

CLASSES: Final[Mapping[str, Blocking]] = MappingProxyType(
    {
        "requests.Session": Blocking(_HTTP_WHY, "`httpx.AsyncClient`", methods=_words(f"{_VERBS} send")),
        "httpx.Client": Blocking(_HTTP_WHY, "`httpx.AsyncClient`", methods=_words(f"{_VERBS} send stream")),
        "urllib3.PoolManager": Blocking(_HTTP_WHY, "`httpx.AsyncClient`", methods=_words("request urlopen")),
        "http.client.HTTPConnection": Blocking(_HTTP_WHY, "`httpx.AsyncClient`", methods=_words("request getresponse")),
        "jwt.PyJWKClient": Blocking(
            "fetches the keys of the issuer",
            _THREAD,
            methods=_words("fetch_data get_jwk_set get_signing_keys get_signing_key get_signing_key_from_jwt"),
        ),
        "sqlalchemy.orm.Session": _SESSION,
        "sqlmodel.Session": _SESSION,
        "sqlalchemy.engine.Engine": Blocking(
            _SQL_WHY, "`create_async_engine`", methods=_words("connect begin raw_connection execute")
        ),
        "sqlalchemy.engine.Connection": Blocking(
            _SQL_WHY, "`AsyncConnection`", methods=_words("execute exec_driver_sql scalar scalars commit")
        ),
        "sqlalchemy.MetaData": Blocking(
            _SQL_WHY, "`await connection.run_sync(...)`", methods=_words("create_all drop_all reflect")
        ),
        "sqlite3.Connection": _CONNECTION,
        "psycopg2.extensions.connection": _CONNECTION,
        "psycopg.Connection": _CONNECTION,
        "pymysql.connections.Connection": _CONNECTION,
        "MySQLdb.connections.Connection": _CONNECTION,
        "mysql.connector.MySQLConnection": _CONNECTION,
        "pyodbc.Connection": _CONNECTION,
        "snowflake.connector.SnowflakeConnection": _CONNECTION,
        "psycopg2.pool.AbstractConnectionPool": Blocking(_SQL_WHY, "an async driver", methods=_words("getconn")),
        "psycopg_pool.ConnectionPool": Blocking(
            _SQL_WHY, "`psycopg_pool.AsyncConnectionPool`", methods=_words("connection getconn")
        ),
        "clickhouse_driver.Client": Blocking(_SQL_WHY, "an async driver", methods=_words("execute")),
        "clickhouse_connect.driver.Client": Blocking(
            _SQL_WHY, "`clickhouse_connect.get_async_client`", methods=_words("query query_df command insert")
        ),
        "redis.Redis": _REDIS,
        "pymongo.MongoClient": _MONGO,
        "elasticsearch.Elasticsearch": _SEARCH,
        "opensearchpy.OpenSearch": _SEARCH,
        "qdrant_client.QdrantClient": Blocking(
            _API_WHY,
            "`qdrant_client.AsyncQdrantClient`",
            methods=_words(
                "search query_points scroll upsert upload_points retrieve count delete create_collection "
                "delete_collection get_collection get_collections collection_exists"
            ),
        ),
        "openai.OpenAI": Blocking(_API_WHY, "`openai.AsyncOpenAI`", ends=_OPENAI_ENDS),
        "openai.AzureOpenAI": Blocking(_API_WHY, "`openai.AsyncAzureOpenAI`", ends=_OPENAI_ENDS),
        "anthropic.Anthropic": Blocking(_API_WHY, "`anthropic.AsyncAnthropic`", ends=_OPENAI_ENDS),
        "groq.Groq": Blocking(_API_WHY, "`groq.AsyncGroq`", ends=_OPENAI_ENDS),
        "google.generativeai.GenerativeModel": Blocking(
            _API_WHY, "`generate_content_async`", methods=_words("generate_content count_tokens")
        ),
        "google.genai.Client": Blocking(
            _API_WHY, "`client.aio`", ends=_words("models.generate_content models.embed_content models.count_tokens")
        ),
        "boto3.client": Blocking(
            _API_WHY,
            "`aioboto3`",
            methods=_words(
                "put_object get_object head_object delete_object delete_objects list_objects list_objects_v2 "
                "copy_object head_bucket create_bucket list_buckets upload_file upload_fileobj "
                "download_file download_fileobj "
                "send_message receive_message delete_message publish send_email send_raw_email invoke invoke_model "
                "converse get_secret_value get_item put_item update_item delete_item query scan start_execution "
                "assume_role describe_instances run_task stop_task describe_tasks admin_create_user get_user "
                "initiate_auth sign_up"
            ),
        ),
        "boto3.resource": Blocking(
            _API_WHY,
            "`aioboto3`",
            ends=_words(
                "put get get_item put_item update_item delete_item query scan upload_file upload_fileobj download_file "
                "download_fileobj put_object send_message receive_messages"
            ),
        ),
        "google.cloud.storage.Client": Blocking(
            _API_WHY,
            _THREAD,
            methods=_words("get_bucket create_bucket list_buckets"),
            ends=_words(
                "upload_from_string upload_from_file upload_from_filename download_as_bytes download_as_string "
                "download_as_text download_to_filename download_to_file exists delete reload get_blob"
            ),
        ),
        "supabase.Client": Blocking(
            _API_WHY,
            "`supabase.acreate_client`",
            ends=_words("execute auth.get_user auth.sign_up auth.sign_in_with_password storage.upload"),
        ),
        "twilio.rest.Client": Blocking(
            _API_WHY, _THREAD, ends=_words("messages.create calls.create verifications.create")
        ),
        "slack_sdk.WebClient": Blocking(
            _API_WHY,
            "`slack_sdk.web.async_client.AsyncWebClient`",
            methods=_words("chat_postMessage chat_update api_call"),
        ),
        "sendgrid.SendGridAPIClient": Blocking(_API_WHY, _THREAD, methods=_words("send")),
        "smtplib.SMTP": Blocking(
            _MAIL.why, _MAIL.instead, methods=_words("connect login starttls sendmail send_message quit")
        ),
        "paramiko.SSHClient": Blocking(
            "waits for the remote host", "`asyncssh`", methods=_words("connect exec_command")
        ),
        "git.Repo": Blocking(
            "runs `git` and waits for it", _THREAD, methods=_words("clone"), ends=_words("remote.pull")
        ),
        "subprocess.Popen": Blocking(_PROCESS.why, _PROCESS.instead, methods=_words("wait communicate")),
        "threading.Thread": Blocking(_THREADED.why, _THREADED.instead, methods=_words("join")),
        "concurrent.futures.Future": Blocking(
            _THREADED.why, "`await asyncio.wrap_future(...)`", methods=_words("result")
        ),
        "zipfile.ZipFile": Blocking(_FILES.why, _FILES.instead, methods=_words("extractall")),
        "tarfile.TarFile": Blocking(_FILES.why, _FILES.instead, methods=_words("extractall")),
        "pathlib.Path": Blocking(
            _SHORT_FILES.why,
            f"`anyio.Path` or {_THREAD}",
            methods=_words("read_text read_bytes write_text write_bytes open"),
            is_local=True,
        ),
    }
)
"""Classes with methods that block, by canonical name."""

GIVES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "requests.session": "requests.Session",
        "requests.sessions.Session": "requests.Session",
        "http.client.HTTPSConnection": "http.client.HTTPConnection",
        "jwt.jwks_client.PyJWKClient": "jwt.PyJWKClient",
        "sqlalchemy.orm.session.Session": "sqlalchemy.orm.Session",
        "sqlmodel.orm.session.Session": "sqlmodel.Session",
        "sqlalchemy.orm.sessionmaker.__call__": "sqlalchemy.orm.Session",
        "sqlalchemy.orm.sessionmaker.begin": "sqlalchemy.orm.Session",
        "sqlalchemy.orm.session.sessionmaker": "sqlalchemy.orm.sessionmaker",
        "sqlalchemy.orm.scoped_session": "sqlalchemy.orm.Session",
        "sqlalchemy.orm.Session.__call__": "sqlalchemy.orm.Session",
        "sqlalchemy.create_engine": "sqlalchemy.engine.Engine",
        "sqlalchemy.engine.create_engine": "sqlalchemy.engine.Engine",
        "sqlalchemy.future.create_engine": "sqlalchemy.engine.Engine",
        "sqlmodel.create_engine": "sqlalchemy.engine.Engine",
        "sqlalchemy.engine_from_config": "sqlalchemy.engine.Engine",
        "sqlalchemy.Engine": "sqlalchemy.engine.Engine",
        "sqlalchemy.Connection": "sqlalchemy.engine.Connection",
        "sqlalchemy.engine.base.Engine": "sqlalchemy.engine.Engine",
        "sqlalchemy.engine.Engine.connect": "sqlalchemy.engine.Connection",
        "sqlalchemy.engine.Engine.begin": "sqlalchemy.engine.Connection",
        "sqlalchemy.schema.MetaData": "sqlalchemy.MetaData",
        "sqlalchemy.orm.declarative_base.metadata": "sqlalchemy.MetaData",
        "sqlalchemy.ext.declarative.declarative_base.metadata": "sqlalchemy.MetaData",
        "sqlalchemy.orm.DeclarativeBase.metadata": "sqlalchemy.MetaData",
        "sqlmodel.SQLModel.metadata": "sqlalchemy.MetaData",
        "sqlite3.connect": "sqlite3.Connection",
        "psycopg2.connect": "psycopg2.extensions.connection",
        "psycopg.connect": "psycopg.Connection",
        "psycopg.Connection.connect": "psycopg.Connection",
        "psycopg_pool.ConnectionPool.connection": "psycopg.Connection",
        "psycopg_pool.ConnectionPool.getconn": "psycopg.Connection",
        "psycopg2.pool.SimpleConnectionPool": "psycopg2.pool.AbstractConnectionPool",
        "psycopg2.pool.ThreadedConnectionPool": "psycopg2.pool.AbstractConnectionPool",
        "psycopg2.pool.AbstractConnectionPool.getconn": "psycopg2.extensions.connection",
        "pymysql.connect": "pymysql.connections.Connection",
        "MySQLdb.connect": "MySQLdb.connections.Connection",
        "mysql.connector.connect": "mysql.connector.MySQLConnection",
        "pyodbc.connect": "pyodbc.Connection",
        "snowflake.connector.connect": "snowflake.connector.SnowflakeConnection",
        "clickhouse_connect.get_client": "clickhouse_connect.driver.Client",
        "redis.StrictRedis": "redis.Redis",
        "redis.client.Redis": "redis.Redis",
        "redis.from_url": "redis.Redis",
        "redis.Redis.from_url": "redis.Redis",
        "redis.StrictRedis.from_url": "redis.Redis",
        "redis.cluster.RedisCluster": "redis.Redis",
        "redis.RedisCluster": "redis.Redis",
        "pymongo.mongo_client.MongoClient": "pymongo.MongoClient",
        "qdrant_client.qdrant_client.QdrantClient": "qdrant_client.QdrantClient",
        "boto3.Session.client": "boto3.client",
        "boto3.session.Session.client": "boto3.client",
        "boto3.Session.resource": "boto3.resource",
        "boto3.session.Session.resource": "boto3.resource",
        "supabase.create_client": "supabase.Client",
        "smtplib.SMTP_SSL": "smtplib.SMTP",
        "concurrent.futures.ThreadPoolExecutor.submit": "concurrent.futures.Future",
        "concurrent.futures.thread.ThreadPoolExecutor.submit": "concurrent.futures.Future",
        "asyncio.run_coroutine_threadsafe": "concurrent.futures.Future",
        "zipfile.ZipFile.__enter__": "zipfile.ZipFile",
        "tarfile.open": "tarfile.TarFile",
        "git.Repo.clone_from": "git.Repo",
    }
)
"""What calling or asking something gives: the class of the result, by canonical name."""


_OF_DATA: Final = frozenset({"count", "delete", "get", "update"})
"""Methods that what was fetched may have as well: `query.one().data.get("name")`."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A name whose beginning is a class: the class, and the attributes and calls after it."""

    owner: str
    rest: tuple[str, ...]


def resolved(name: str) -> str:
    """Return a dotted name with what its calls and attributes give put in, as far as it is known."""
    for _ in range(4):
        parts = name.split(".")
        for count in range(len(parts), 1, -1):
            given = GIVES.get(".".join(parts[:count]))
            if given is not None:
                name = ".".join([given, *parts[count:]])
                break
        else:
            return name
    return name


def typed(name: str) -> Typed | None:
    """Return the class that a dotted name begins with, None where it is none of those known here."""
    parts = resolved(name).split(".")
    for count in range(len(parts), 1, -1):
        owner = ".".join(parts[:count])
        if owner in CLASSES:
            return Typed(owner, tuple(parts[count:]))
    return None


def spoken(name: str) -> str:
    """Return the name of a call as people write it: `Session.commit`, `requests.get`."""
    owner, _, method = name.rpartition(".")
    return ".".join([*resolved(owner).split(".")[-1:], method]) if owner not in {"", "builtins"} else method


def blocking_call(name: str) -> Blocking | None:
    """Return what a call of this canonical name blocks on, None where it does not or nothing is known of it."""
    found = FUNCTIONS.get(name)
    if found is not None:
        return found
    receiver, _, method = name.rpartition(".")
    known = typed(receiver)
    if known is None:
        return None
    rest, owner = (*known.rest, method), CLASSES[known.owner]
    if method in _OF_DATA and any(_ends(owner, rest[:count]) for count in range(1, len(rest))):
        return None
    return owner if _ends(owner, rest) else None


def _ends(owner: Blocking, rest: tuple[str, ...]) -> bool:
    """Return whether a chain of attributes and calls of a class blocks with its last one."""
    if len(rest) == 1 and rest[0] in owner.methods:
        return True
    return not owner.ends.isdisjoint({rest[-1], ".".join(rest[-2:]), f"{rest[0]}.{rest[-1]}"})


def is_class(name: str) -> bool:
    """Return whether a name is that of a class with methods that block."""
    return resolved(name) in CLASSES
