// What SaslauthdService asks a host about, and whether anything of the resource is there.
import { type FileContent, fileAt, type PathStatus, statusOf } from "../../facts/file.ts";
import { saslauthdPath } from "../../facts/saslauthd.ts";
import { type StartLine, saslauthdStartLines } from "../../facts/saslauthd-unit.ts";
import { pidFileOf } from "../../facts/systemd.ts";
import { dropInFolder, dropInPath } from "../../steps/saslauthd.ts";
import { isLdapFileOurs } from "./ldap-file.ts";
import type { BackendActual } from "./saslauthd-backend.ts";
import { type BootActual, bootQuestions } from "./saslauthd-boot.ts";
import { type ElsewhereActual, elsewhereQuestions } from "./saslauthd-elsewhere.ts";
import { directoryIn } from "./saslauthd-instance.ts";

export interface SaslauthdActual extends ElsewhereActual, BackendActual, BootActual {
  readonly program: PathStatus | null;
  readonly dropIn: FileContent | null;
  readonly dropInFolder: PathStatus | null;
  /** The socket in the desired directory. */
  readonly socket: PathStatus | null;
  readonly pidFile: string | null;
  /** Files of others that define how the unit starts saslauthd. */
  readonly startLines: readonly StartLine[];
}

export const saslauthdQuestions = {
  program: statusOf(saslauthdPath),
  dropIn: fileAt(dropInPath),
  dropInFolder: statusOf(dropInFolder),
  pidFile: pidFileOf("saslauthd"),
  startLines: saslauthdStartLines,
  ...elsewhereQuestions,
  ...bootQuestions,
};

/**
 * Whether a file or the boot link of this resource is on the host. They outlive a package that
 * somebody has removed by hand (dpkg(1), --remove and --purge), so the resource is not gone yet.
 */
export function hasOwnFiles(socketDirectory: string, actual: SaslauthdActual): boolean {
  const defaultFiles = actual.file === null ? actual.instances : [actual.file, ...actual.instances];
  return (
    actual.dropIn !== null ||
    actual.bootLink ||
    isLdapFileOurs(actual.ldapFile) ||
    defaultFiles.some(({ content }) => directoryIn(content) === socketDirectory)
  );
}
