"""Neovim's own client, as an author has it: a file is opened, its finding seen, the action applied, the file saved."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

NVIM = shutil.which("nvim")
SCRIPT = """
local out = vim.env.OUT
local python = vim.env.PYTHON
local seen = {}
local function fail(why)
  seen.error = why
  vim.fn.writefile({ vim.fn.json_encode(seen) }, out)
  vim.cmd('cquit 1')
end
local function wait(why, condition)
  if not vim.wait(120000, condition, 50) then fail(why) end
end
local client = vim.lsp.start_client({
  name = 'fastapi-lint',
  cmd = { python, '-m', 'fastapi_lint', 'server', '--no-cache' },
  root_dir = vim.fn.getcwd(),
  workspace_folders = { { uri = vim.uri_from_fname(vim.fn.getcwd()), name = 'shop' } },
})
vim.cmd('edit main.py')
local buffer = vim.api.nvim_get_current_buf()
vim.lsp.buf_attach_client(buffer, client)
wait('no finding', function() return #vim.diagnostic.get(buffer) > 0 end)
local found = vim.diagnostic.get(buffer)[1]
seen.found = { code = found.code or found.user_data.lsp.code, row = found.lnum, column = found.col }
vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
local params = vim.lsp.util.make_range_params()
params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer, found.lnum) }
local answers = vim.lsp.buf_request_sync(buffer, 'textDocument/codeAction', params, 60000)
if not answers then fail('no answer') end
local titles, action = {}, nil
for _, answer in pairs(answers) do
  for _, one in ipairs(answer.result or {}) do
    table.insert(titles, one.title)
    if one.title == 'Ignore FL302 here, with a reason' then action = one end
  end
end
seen.titles = titles
if not action then fail('no action') end
vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(client).offset_encoding)
vim.cmd('write')
wait('the finding stays', function() return #vim.diagnostic.get(buffer) == 0 end)
vim.lsp.stop_client(client)
wait('the server stays', function() return vim.lsp.get_client_by_id(client) == nil or vim.lsp.get_client_by_id(client).is_stopped() end)
vim.fn.writefile({ vim.fn.json_encode(seen) }, out)
vim.cmd('quit')
"""


@pytest.mark.skipif(
    NVIM is None and os.environ.get("NEOVIM") != "required", reason="no Neovim, and none could be installed"
)
def test_neovim_shows_a_finding_and_applies_its_action(tmp_path: Path) -> None:
    assert NVIM is not None, "Neovim is required here"
    (tmp_path / "setup.py").touch()
    file = tmp_path / "main.py"
    line = '"🦄"; app.on_event("startup")(print)'
    text = f"from fastapi import FastAPI\n\napp = FastAPI()\n{line}\n"
    file.write_text(text, encoding="utf-8")
    script, out = tmp_path / "drive.lua", tmp_path / "seen.json"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [NVIM, "--headless", "--clean", "-n", "-c", f"luafile {script}"],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHON": sys.executable,
            "OUT": str(out),
            "XDG_STATE_HOME": str(tmp_path),
            "XDG_DATA_HOME": str(tmp_path),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    seen = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    assert done.returncode == 0, (seen, done.stderr)
    assert seen["found"] == {"code": "FL302", "row": 3, "column": len('"🦄"; '.encode())}
    assert "Ignore FL302 in this file" in seen["titles"]
    saved = file.read_text(encoding="utf-8")
    assert saved == text.replace(line, f"{line}  # fastapi-lint: ignore[FL302] TODO: say why")
