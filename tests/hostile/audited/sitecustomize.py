"""Writes down what a process does, from its start on, when this folder is on PYTHONPATH; forked children inherit it.

Each line of the file that AUDIT names is a JSON array: the event and its arguments as text.
"""

import json
import os
import sys

WATCHED = {
    *("exec", "open", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile"),
    *("socket.__new__", "socket.connect", "socket.getaddrinfo", "pickle.find_class", "ctypes.dlopen"),
    *("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.truncate"),
    *("import", "os.chdir", "os.putenv", "os.setxattr", "shutil.rmtree", "urllib.Request", "webbrowser.open"),
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
log = os.open(os.environ["AUDIT"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def hook(event, arguments):
    if event not in WATCHED:
        return
    if event == "open":
        path, mode, flags = arguments
        is_writing = (flags & WRITING) if isinstance(flags, int) else set(mode or "") & set("wax+")
        if not is_writing:
            return
        arguments = (path,)
    elif event == "exec":
        arguments = (arguments[0].co_filename,)
    elif event == "import":
        arguments = arguments[:2]
    os.write(log, (json.dumps([event, *map(str, arguments)]) + "\n").encode())


sys.addaudithook(hook)
