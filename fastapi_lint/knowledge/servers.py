"""What is known of the ASGI servers' command lines: flags, environment variables, defaults and their precedence.

Read from the sources of uvicorn 0.54.0, gunicorn 27.0.1, hypercorn 0.18.0, granian 2.8.7 and fastapi-cli 0.0.34.
Options that only older releases know are kept, so that their values are not taken for the application.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

UVICORN = "uvicorn"
GUNICORN = "gunicorn"
HYPERCORN = "hypercorn"
GRANIAN = "granian"
FASTAPI = "fastapi"
PYTHON = "python"


@dataclass(frozen=True, slots=True)
class Server:
    """How one server's command line is read.

    `meanings` gives the spellings that matter here one word each (`workers`, `reload`, `factory`, ...); `valued` are
    all spellings that take a value, `flags` all that take none, `optional` those whose value may be left out together
    with the values it can have. `abbreviates` says that a unique beginning of a long option will do (argparse; click
    refuses). `prefix` starts the environment variables that stand for options, "" where there are none;
    `count_variables` give the number of workers where no option does, the first that is set wins; `default_attribute`
    is the application's name in a target without a colon; `is_single_under_reload` says that reloading means one
    process whatever is asked for.
    """

    name: str
    meanings: Mapping[str, str]
    valued: frozenset[str]
    flags: frozenset[str]
    optional: Mapping[str, frozenset[str]] = field(default_factory=dict)
    abbreviates: bool = False
    prefix: str = ""
    count_variables: tuple[str, ...] = ()
    default_attribute: str = ""
    is_single_under_reload: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# uvicorn/main.py: click with auto_envvar_prefix="UVICORN" (0.16.0); uvicorn/config.py:358 reads WEB_CONCURRENCY where
# --workers and UVICORN_WORKERS are absent; with --reload the number of workers is ignored (config.py:368).
_UVICORN = Server(
    name=UVICORN,
    meanings={
        "--workers": "workers",
        "--reload": "reload",
        "--factory": "factory",
        "--app-dir": "app_dir",
        "--env-file": "env_file",
        "--interface": "interface",
        "--version": "version",
        "--help": "version",
    },
    valued=_words(
        """--app-dir --backlog --env-file --fd --forwarded-allow-ips --h11-max-incomplete-event-size --header --host
        --http --interface --lifespan --limit-concurrency --limit-max-requests --limit-max-requests-jitter
        --log-config --log-level --loop --port --reload-delay --reload-dir --reload-exclude --reload-include
        --root-path --ssl-ca-certs --ssl-cert-reqs --ssl-certfile --ssl-ciphers --ssl-keyfile --ssl-keyfile-password
        --ssl-version --timeout-graceful-shutdown --timeout-keep-alive --timeout-notify --timeout-worker-healthcheck
        --uds --workers --ws
        --ws-max-queue --ws-max-size --ws-per-message-deflate --ws-ping-interval --ws-ping-timeout"""
    ),
    flags=_words(
        """--access-log --date-header --debug --factory --help --http2 --no-access-log --no-date-header
        --no-proxy-headers --no-server-header --no-use-colors --proxy-headers --reload --reset-contextvars
        --server-header --use-colors
        --version"""
    ),
    prefix="UVICORN_",
    count_variables=("UVICORN_WORKERS", "WEB_CONCURRENCY"),
    is_single_under_reload=True,
)

# gunicorn/app/base.py load_config: WEB_CONCURRENCY is the default of `workers` (config.py:762), over it the
# configuration file, over that GUNICORN_CMD_ARGS, over that the command line.
_GUNICORN = Server(
    name=GUNICORN,
    meanings={
        "-w": "workers",
        "--workers": "workers",
        "-k": "worker_class",
        "--worker-class": "worker_class",
        "-c": "config",
        "--config": "config",
        "--preload": "preload",
        "--reload": "reload",
        "--chdir": "chdir",
        "--pythonpath": "pythonpath",
        "-e": "variable",
        "--env": "variable",
        "--paste": "paste",
        "--paster": "paste",
        "--check-config": "version",
        "--print-config": "version",
        "-v": "version",
        "--version": "version",
        "-h": "version",
        "--help": "version",
    },
    valued=_words(
        """--access-logfile --access-logformat --asgi-disconnect-grace-period --asgi-lifespan --asgi-loop --backlog
        --bind --ca-certs --cert-reqs --certfile --chdir --ciphers --config --control-socket --control-socket-mode
        --dirty-app --dirty-graceful-timeout --dirty-threads --dirty-timeout --dirty-workers --dogstatsd-tags --env
        --error-logfile --forwarded-allow-ips --forwarder-headers --graceful-timeout --group --header-map
        --http-parser --http-protocols --http2-cleartext --http2-initial-window-size --http2-max-concurrent-streams
        --http2-max-frame-size --http2-max-header-list-size --keep-alive --keyfile --limit-request-field_size
        --limit-request-fields --limit-request-line --log-config --log-config-json --log-file --log-level
        --log-syslog-facility --log-syslog-prefix --log-syslog-to --logger-class --max-requests --max-requests-jitter
        --name --paste --paste-global --paster --pid --protocol --proxy-allow-from --pythonpath --reload-engine
        --reload-extra-file --root-path --ssl-version --statsd-host --statsd-prefix --threads --timeout --umask --user
        --uwsgi-allow-from --websocket-max-message-size --worker-class --worker-connections --worker-tmp-dir --workers
        -b -c -e -g -k -m -n -p -t -u -w"""
    ),
    flags=_words(
        """--capture-output --casefold-http-method --check-config --daemon --disable-redirect-access-to-syslog
        --do-handshake-on-connect --enable-backlog-metric --enable-stdio-inheritance --help --initgroups --log-syslog
        --no-control-socket --no-sendfile --permit-obsolete-folding --permit-unconventional-http-method
        --permit-unconventional-http-version --preload --print-config --reload --reuse-port --spew --strip-header-spaces
        --suppress-ragged-eofs --version -D -R -h -v"""
    ),
    optional={"--proxy-protocol": _words("off v1 v2 auto")},
    abbreviates=True,
    count_variables=("WEB_CONCURRENCY",),
    default_attribute="application",
)

# hypercorn/__main__.py: argparse; hypercorn/utils.py:81 strips `asgi:` and `wsgi:`, default attribute `app`; the
# workers stay several under --reload (hypercorn/run.py).
_HYPERCORN = Server(
    name=HYPERCORN,
    meanings={
        "-w": "workers",
        "--workers": "workers",
        "-c": "config",
        "--config": "config",
        "-k": "worker_class",
        "--worker-class": "worker_class",
        "--reload": "reload",
        "-h": "version",
        "--help": "version",
    },
    valued=_words(
        """--access-log --access-logfile --access-logformat --backlog -b --bind --ca-certs --certfile --cert-reqs
        --ciphers -c --config --error-log --error-logfile --log-file --graceful-timeout --read-timeout --max-requests
        --max-requests-jitter -g --group -k --worker-class --keep-alive --keyfile --keyfile-password --insecure-bind
        --log-config --log-level -p --pid --quic-bind --root-path --server-name --statsd-host --statsd-prefix -m
        --umask
        -u --user --verify-mode --websocket-ping-interval -w --workers"""
    ),
    flags=_words("-D --daemon --debug --reload -h --help"),
    abbreviates=True,
    default_attribute="app",
)

# granian/cli.py: click with auto_envvar_prefix="GRANIAN"; granian/_internal.py: default attribute `app`; the
# interface is RSGI unless said otherwise; the workers stay several under --reload (granian/server/common.py).
_GRANIAN = Server(
    name=GRANIAN,
    meanings={
        "--workers": "workers",
        "--reload": "reload",
        "--no-reload": "no_reload",
        "--factory": "factory",
        "--no-factory": "no_factory",
        "--interface": "interface",
        "--working-dir": "chdir",
        "--env-files": "env_file",
        "--version": "version",
        "--help": "version",
    },
    valued=_words(
        """--access-log-fmt --backlog --backpressure --blocking-threads --blocking-threads-idle-timeout --env-files
        --host --http --http1-buffer-size --http1-header-read-timeout --http2-initial-connection-window-size
        --http2-initial-stream-window-size --http2-keep-alive-interval --http2-keep-alive-timeout
        --http2-max-concurrent-streams --http2-max-frame-size --http2-max-headers-size --http2-max-send-buffer-size
        --interface --log-config --log-level --loop --metrics-address --metrics-port --metrics-scrape-interval
        --pid-file --port --process-name --reload-ignore-dirs --reload-ignore-paths --reload-ignore-patterns
        --reload-paths --reload-tick --respawn-interval --rss-sample-interval --rss-samples --runtime-blocking-threads
        --runtime-mode --runtime-threads --ssl-ca --ssl-certificate --ssl-crl --ssl-keyfile --ssl-keyfile-password
        --ssl-protocol-min --static-path-dir-to-file --static-path-expires --static-path-mount --static-path-route
        --task-impl --threading-mode --threads --uds --uds-permissions --url-path-prefix --workers
        --workers-kill-timeout --workers-lifetime
        --workers-max-rss --working-dir"""
    ),
    flags=_words(
        """--access-log --factory --help --http1-keep-alive --http1-pipeline-flush --http2-adaptive-window --log
        --metrics --no-access-log --no-factory --no-http1-keep-alive --no-http1-pipeline-flush
        --no-http2-adaptive-window --no-log --no-metrics --no-opt --no-reload --no-reload-ignore-worker-failure
        --no-respawn-failed-workers --no-ssl-client-verify --no-ws --opt --reload --reload-ignore-worker-failure
        --respawn-failed-workers
        --ssl-client-verify --version --ws"""
    ),
    prefix="GRANIAN_",
    count_variables=("GRANIAN_WORKERS",),
    default_attribute="app",
)

# fastapi_cli/cli.py: `run` hands `workers` to uvicorn.run, which reads WEB_CONCURRENCY where it is None; the UVICORN_*
# variables belong to uvicorn's own command line and have no effect here.
_FASTAPI = Server(
    name=FASTAPI,
    meanings={
        "--workers": "workers",
        "--reload": "reload",
        "--no-reload": "no_reload",
        "--app": "app",
        "--entrypoint": "entrypoint",
        "-e": "entrypoint",
        "--version": "version",
        "--help": "version",
    },
    valued=_words("--app --entrypoint -e --forwarded-allow-ips --host --port --reload-dir --root-path --workers"),
    flags=_words("--help --no-proxy-headers --no-reload --proxy-headers --reload --verbose --version -v"),
    count_variables=("WEB_CONCURRENCY",),
    is_single_under_reload=True,
)

SERVERS: Mapping[str, Server] = {
    server.name: server for server in (_UVICORN, _GUNICORN, _HYPERCORN, _GRANIAN, _FASTAPI)
}

SERVER_MODULES: Mapping[str, str] = {
    "uvicorn": UVICORN,
    "uvicorn.main": UVICORN,
    "gunicorn": GUNICORN,
    "gunicorn.app.wsgiapp": GUNICORN,
    "hypercorn": HYPERCORN,
    "granian": GRANIAN,
    "fastapi": FASTAPI,
    "fastapi_cli": FASTAPI,
}
"""What `python -m` starts."""

GUNICORN_DEFAULT_CONFIG = "gunicorn.conf.py"
"""Read from the working directory where no configuration is named (gunicorn/config.py:655)."""

DEPRECATED_WORKERS = frozenset({"uvicorn.workers.UvicornWorker", "uvicorn.workers.UvicornH11Worker"})
"""uvicorn's worker classes for gunicorn, deprecated since 0.30.0 (`uvicorn/workers.py`)."""
