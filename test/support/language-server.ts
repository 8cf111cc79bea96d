// The language server that editors run for YAML, asked as an editor asks it.
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  ConfigurationRequest,
  createMessageConnection,
  DidOpenTextDocumentNotification,
  type Hover,
  HoverRequest,
  InitializeRequest,
  type MessageConnection,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node.js";

const program = createRequire(import.meta.url).resolve("yaml-language-server/bin/yaml-language-server");

/** What an editor underlines. */
export interface Mark {
  /** Counted from 1, as editors show it. */
  readonly line: number;
  readonly message: string;
}

export class LanguageServer {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #awaited = new Map<string, (marks: readonly Mark[]) => void>();

  private constructor(folder: string, process: ChildProcess, connection: MessageConnection) {
    this.#folder = folder;
    this.#process = process;
    this.#connection = connection;
  }

  /** For an editor that has this folder open; no schema comes from the network. */
  static async start(folder: string): Promise<LanguageServer> {
    const child = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const server = new LanguageServer(folder, child, connection);
    const settings = { yaml: { validate: true, hover: true, schemaStore: { enable: false } } };
    connection.onRequest(ConfigurationRequest.type, ({ items }) =>
      items.map(({ section = "" }) => (settings as Record<string, unknown>)[section] ?? null),
    );
    connection.onRequest(RegistrationRequest.type, () => {});
    connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      const marks = diagnostics.map(({ range, message }) => ({ line: range.start.line + 1, message }));
      server.#awaited.get(uri)?.(marks);
    });
    connection.listen();
    const uri = pathToFileURL(folder).href;
    await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: "project" }],
      capabilities: { workspace: { configuration: true }, textDocument: { hover: { contentFormat: ["markdown"] } } },
    });
    await connection.sendNotification("initialized", {});
    return server;
  }

  /** Opens a file of the folder with this content, which need not be on the disk. */
  async open(file: string, content: string): Promise<readonly Mark[]> {
    const uri = this.#uriOf(file);
    const marks = new Promise<readonly Mark[]>((resolve) => this.#awaited.set(uri, resolve));
    await this.#connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: "yaml", version: 1, text: content },
    });
    return await marks;
  }

  /** What is shown where the pointer rests on a place of an open file. */
  async hover(file: string, line: number, character: number): Promise<string> {
    const position = { line: line - 1, character };
    const shown = await this.#connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: this.#uriOf(file) },
      position,
    });
    return ((shown as Hover | null)?.contents as { value?: string } | undefined)?.value ?? "";
  }

  stop(): void {
    this.#connection.dispose();
    this.#process.kill();
  }

  #uriOf(file: string): string {
    return pathToFileURL(join(this.#folder, file)).href;
  }
}
