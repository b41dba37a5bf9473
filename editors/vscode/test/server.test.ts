/** Which server is started, and that what is started speaks to the library that the extension is made with. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import {
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExitNotification,
  InitializeRequest,
  InitializedNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  createProtocolConnection,
} from "vscode-languageserver-protocol/node";

import { type Wishes, isExecutable, launchOf } from "../src/server";

const NOTHING: Wishes = { path: [], interpreter: "", searched: "", platform: "linux" };
const MODULE = ["-I", "-m", "fastapi_lint", "server"];

function chosen(wishes: Partial<Wishes>, ...there: string[]): string | undefined {
  const launch = launchOf({ ...NOTHING, ...wishes }, (file) => there.includes(file));
  return launch && [launch.command, ...launch.args].join(" ");
}

test("the settings come first, then the environment, then the search path", () => {
  const wishes = { path: ["/no", "/set"], interpreter: "/py", environment: "/env/bin/python", searched: "/usr/bin" };
  const there = ["/set", "/py", "/env/bin/python", "/env/bin/fastapi-lint", "/usr/bin/fastapi-lint"];
  assert.equal(chosen(wishes, ...there), "/set server");
  assert.equal(chosen(wishes, ...there.slice(1)), `/py ${MODULE.join(" ")}`);
  assert.equal(chosen(wishes, ...there.slice(2)), `/env/bin/python ${MODULE.join(" ")}`);
  assert.equal(chosen(wishes, "/env/bin/python", "/usr/bin/fastapi-lint"), "/usr/bin/fastapi-lint server");
  assert.equal(chosen(wishes), undefined);
});

test("no name is looked for in the folder that the editor stands in", () => {
  const searched = ["", ".", "bin", "/usr/bin"].join(delimiter);
  assert.equal(chosen({ searched }, "fastapi-lint", "bin/fastapi-lint"), undefined);
  assert.equal(chosen({ path: ["fastapi-lint"], interpreter: "python" }, "fastapi-lint", "python"), undefined);
});

test("a folder is no program", () => {
  assert.equal(isExecutable(tmpdir()), false);
  assert.equal(isExecutable(process.execPath), true);
});

test("the server that is started answers", { skip: process.env["FASTAPI_LINT_PYTHON"] === undefined }, async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "fastapi-lint-")));
  const text = 'from fastapi import FastAPI\n\napp = FastAPI()\napp.on_event("startup")(print)\n';
  writeFileSync(join(folder, "main.py"), text);
  writeFileSync(join(folder, "fastapi_lint.py"), "raise SystemExit(9)\n");
  const launch = launchOf({ ...NOTHING, interpreter: process.env["FASTAPI_LINT_PYTHON"] ?? "" });
  assert.ok(launch);
  const server = spawn(launch.command, [...launch.args], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  connection.listen();
  const uri = pathToFileURL(folder).href;
  const capabilities = { textDocument: { diagnostic: {} } };
  const workspaceFolders = [{ uri, name: "project" }];
  await connection.sendRequest(InitializeRequest.type, { processId: process.pid, rootUri: uri, capabilities, workspaceFolders });
  await connection.sendNotification(InitializedNotification.type, {});
  const textDocument = { uri: `${uri}/main.py`, languageId: "python", version: 1, text };
  await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  const report = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri: textDocument.uri } });
  assert.ok(report.kind === "full");
  assert.deepEqual(report.items.map((one) => one.code), ["FL302"]);
  await connection.sendRequest(ShutdownRequest.type);
  const ended = new Promise((resolve) => server.once("exit", resolve));
  await connection.sendNotification(ExitNotification.type);
  assert.equal(await ended, 0);
  connection.dispose();
  rmSync(folder, { recursive: true });
});
