"""What repeats work inside a server's process, and what keeps several processes from doing the same work."""

from __future__ import annotations

import re
from typing import Final

SCHEDULER_STARTS: Final = re.compile(
    r"(apscheduler\.(schedulers\.)?.*Scheduler\.(start|start_in_background|run_until_stopped)"
    r"|rocketry\.Rocketry\.(serve|run)|aiocron\.crontab|fastapi_scheduler\.\w+\.start|django_apscheduler\..*\.start)"
)
"""Calls that start a scheduler (APScheduler 3 and 4, rocketry, aiocron)."""

JOBS: Final = frozenset({"add_job", "scheduled_job", "add_schedule", "crontab"})
"""Last names of calls that give a scheduler something to do."""

REPEATING: Final = frozenset(
    {
        "fastapi_utils.tasks.repeat_every",
        "fastapi_utilities.repeat_every",
        "fastapi_utilities.repeat_at",
        "fastapi_utilities.repeat.repeat_every",
        "fastapi_utilities.repeat.repeat_at",
        "fastapi_restful.tasks.repeat_every",
    }
)
"""Decorators that make a function start a loop that calls it again and again."""

TASKS: Final = frozenset(
    {"create_task", "ensure_future", "start_soon", "Thread", "Timer", "run_coroutine_threadsafe", "submit"}
    | {"run_in_executor", "to_thread"}
)
"""Last names of calls that let something run beside the server."""

SLEEPS: Final = frozenset({"sleep"})
"""Last names of calls by which a loop waits for its next turn."""

OUTSIDE: Final = (
    "sqlalchemy.",
    "sqlmodel.",
    "asyncpg.",
    "psycopg",
    "databases.",
    "motor.",
    "pymongo.",
    "beanie.",
    "tortoise.",
    "redis.",
    "aioredis.",
    "httpx.",
    "requests.",
    "aiohttp.",
    "boto3.",
    "smtplib.",
    "aiosmtplib.",
    "fastapi_mail.",
    "sendgrid.",
    "slack_sdk.",
    "telegram.",
    "twilio.",
    "stripe.",
    "celery.",
    "os.remove",
    "os.unlink",
    "shutil.rmtree",
    "sqlite3.",
)
"""Beginnings of names of what all processes share: databases, brokers, other services, files."""

CHANGES: Final = frozenset(
    {"commit", "add", "add_all", "delete", "merge", "flush", "bulk_save_objects", "insert_one", "insert_many"}
    | {"update_one", "update_many", "delete_one", "delete_many", "post", "put", "patch", "send", "send_message"}
    | {"sendmail", "publish", "xadd", "lpush", "rpush", "upload_file", "put_object", "remove", "unlink", "rmtree"}
    | {"delay", "apply_async", "send_task", "set", "setex", "hset", "save", "begin", "executemany"}
)
"""Last names of methods of those that change or send something."""

STATEMENTS: Final = re.compile(r"\s*(insert|update|delete|call|merge|truncate|vacuum|refresh)\b", re.IGNORECASE)
"""SQL that changes something."""

QUEUES: Final = ("asyncio.Queue", "asyncio.queues.Queue", "queue.Queue", "queue.SimpleQueue", "janus.", "anyio.")
"""Beginnings of names of queues inside one process."""

LOCKING: Final = re.compile(r"lock|leader|elect|primary|master|singleton|mutex|lease|semaphore", re.IGNORECASE)
"""Names that speak of one process among several."""

OWN_STATE: Final = re.compile(r"running|started|state|done|_task$", re.IGNORECASE)
"""Names that ask whether the scheduler of this very process runs already."""

ADVISORY: Final = ("advisory_lock", "get_lock(", "for update", "skip locked", "sp_getapplock")
"""What SQL says that takes a lock."""
