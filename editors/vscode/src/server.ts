/** Which server to start: found by absolute names alone, never by the folder that the editor happens to stand in. */

import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** A program with its arguments, and why it was chosen, for the log. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly reason: string;
}

/** What may say which server to start, the first that does. */
export interface Wishes {
  /** Files from the settings. */
  readonly path: readonly string[];
  /** A Python from the settings, empty for none. */
  readonly interpreter: string;
  /** The Python that the Python extension has chosen. */
  readonly environment?: string;
  /** The folders in which programs are looked for, as the environment variable has them. */
  readonly searched: string;
  readonly platform: NodeJS.Platform;
}

const SERVER = ["server"];
// Without the current folder and the user's own packages: no file of the checked project is imported.
const MODULE = ["-I", "-m", "fastapi_lint", "server"];

/** Return what to start, undefined where there is nothing. */
export function launchOf(wishes: Wishes, isProgram: (file: string) => boolean = isExecutable): Launch | undefined {
  const named = wishes.path.find((file) => isAbsolute(file) && isProgram(file));
  if (named !== undefined) {
    return { command: named, args: SERVER, reason: "the setting `fastapi-lint.path`" };
  }
  if (wishes.interpreter !== "" && isAbsolute(wishes.interpreter) && isProgram(wishes.interpreter)) {
    return { command: wishes.interpreter, args: MODULE, reason: "the setting `fastapi-lint.interpreter`" };
  }
  for (const python of wishes.environment !== undefined ? [wishes.environment] : []) {
    const program = besides(python, wishes.platform);
    if (isAbsolute(python) && isProgram(python) && isProgram(program)) {
      return { command: python, args: MODULE, reason: "the environment of the Python extension" };
    }
  }
  for (const folder of wishes.searched.split(delimiter)) {
    const program = join(folder, programName(wishes.platform));
    // A relative entry would be looked for in the checked project.
    if (isAbsolute(folder) && isProgram(program)) {
      return { command: program, args: SERVER, reason: "the search path" };
    }
  }
  return undefined;
}

/** Return where the program stands that is installed with a Python. */
function besides(python: string, platform: NodeJS.Platform): string {
  const folder = python.replace(/[\\/][^\\/]*$/, "");
  return join(folder, platform === "win32" && !/scripts$/i.test(folder) ? "Scripts" : "", programName(platform));
}

function programName(platform: NodeJS.Platform): string {
  return platform === "win32" ? "fastapi-lint.exe" : "fastapi-lint";
}

/** Return whether a file is there and may be run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** What is said where there is no server. */
export const MISSING =
  "fastapi-lint was not found: install it into the project's environment with `pip install \"fastapi-lint[lsp]\"`, " +
  "or name it with the setting `fastapi-lint.path`.";
