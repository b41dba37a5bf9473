/** The extension: starts the language server of the user's environment, and says how it is. */

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, RevealOutputChannelOn, State, Trace } from "vscode-languageclient/node";

import { type Launch, MISSING, launchOf } from "./server";

const NAME = "fastapi-lint";
/** The settings that decide which server runs; the server asks for all others itself. */
const STARTING = ["path", "interpreter"];

/** The part of the Python extension that is asked: which Python it has chosen, and that it has chosen another. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: { readonly path: string }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

class Server implements vscode.Disposable {
  private readonly log = vscode.window.createOutputChannel(NAME, { log: true });
  private readonly status = vscode.languages.createLanguageStatusItem(NAME, { language: "python" });
  private client: LanguageClient | undefined;
  private work: Promise<void> = Promise.resolve();

  constructor() {
    this.status.name = NAME;
    this.status.command = { command: "fastapi-lint.showLog", title: "Show Log" };
    this.show("not started", vscode.LanguageStatusSeverity.Information);
  }

  /** Start the server anew, after whatever is being done now. */
  restart(): Promise<void> {
    this.work = this.work.then(() => this.stopped()).then(() => this.started());
    return this.work;
  }

  showLog(): void {
    this.log.show();
  }

  stop(): Promise<void> {
    this.work = this.work.then(() => this.stopped());
    return this.work;
  }

  dispose(): void {
    this.status.dispose();
    this.log.dispose();
  }

  private async stopped(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client !== undefined) {
      await client.dispose().catch((error: unknown) => this.log.warn(String(error)));
    }
  }

  private async started(): Promise<void> {
    const launch = await found();
    if (launch === undefined) {
      this.log.error(MISSING);
      this.show("not found", vscode.LanguageStatusSeverity.Error, MISSING);
      return;
    }
    this.log.info(`starting ${[launch.command, ...launch.args].join(" ")} (${launch.reason})`);
    const client = new LanguageClient(NAME, NAME, { command: launch.command, args: [...launch.args] }, this.options());
    client.onDidChangeState(({ newState }) => {
      if (this.client === client || this.client === undefined) {
        const isRunning = newState === State.Running;
        const severity = vscode.LanguageStatusSeverity[newState === State.Stopped ? "Error" : "Information"];
        this.show(isRunning ? "running" : newState === State.Starting ? "starting" : "stopped", severity, launch.command);
      }
    });
    this.client = client;
    try {
      await client.start();
      await client.setTrace(Trace.fromString(setting("trace.server", "off")));
    } catch (error: unknown) {
      this.log.error(String(error));
      this.show("could not be started", vscode.LanguageStatusSeverity.Error, String(error));
    }
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: [
        { scheme: "file", language: "python" },
        { scheme: "file", pattern: "**/{fastapi-lint,pyproject}.toml" },
        { scheme: "file", pattern: "**/{*Dockerfile*,Procfile*,*compose*.y*ml}" },
      ],
      outputChannel: this.log,
      traceOutputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
    };
  }

  private show(text: string, severity: vscode.LanguageStatusSeverity, detail?: string): void {
    this.status.text = `${NAME}: ${text}`;
    this.status.severity = severity;
    this.status.detail = detail ?? "";
  }
}

/** Return the server to start; of a workspace that is not trusted neither settings nor environment are asked. */
async function found(): Promise<Launch | undefined> {
  const isTrusted = vscode.workspace.isTrusted;
  const environment = isTrusted ? await pythonOf(vscode.workspace.workspaceFolders?.[0]?.uri) : undefined;
  return launchOf({
    path: setting<string[]>("path", []),
    interpreter: setting("interpreter", ""),
    ...(environment !== undefined ? { environment } : {}),
    searched: process.env["PATH"] ?? "",
    platform: process.platform,
  });
}

function setting<T>(name: string, otherwise: T): T {
  return vscode.workspace.getConfiguration(NAME).get<T>(name) ?? otherwise;
}

async function pythonApi(): Promise<PythonApi | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>("ms-python.python");
  return extension === undefined ? undefined : extension.isActive ? extension.exports : await extension.activate();
}

async function pythonOf(folder: vscode.Uri | undefined): Promise<string | undefined> {
  const api = await pythonApi();
  const chosen = api?.environments.getActiveEnvironmentPath(folder);
  const environment = chosen !== undefined ? await api?.environments.resolveEnvironment(chosen) : undefined;
  return environment?.executable.uri?.fsPath;
}

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const started = new Server();
  server = started;
  const restart = (): Promise<void> => started.restart();
  context.subscriptions.push(
    started,
    vscode.commands.registerCommand("fastapi-lint.restart", restart),
    vscode.commands.registerCommand("fastapi-lint.showLog", () => started.showLog()),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (STARTING.some((name) => change.affectsConfiguration(`${NAME}.${name}`))) {
        void restart();
      }
    }),
  );
  const api = vscode.workspace.isTrusted ? await pythonApi() : undefined;
  if (api !== undefined) {
    context.subscriptions.push(api.environments.onDidChangeActiveEnvironmentPath(restart));
  }
  await restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
