// What a destroy takes for somebody else's edit of saslauthd's files: not what this program had set before a roll-back put it back.
import { expect, test } from "@jest/globals";
import { ldapFilePath } from "../../../providers/resources/saslauthd/ldap-file.ts";
import { saslauthdServiceSchema } from "../../../providers/resources/saslauthd/saslauthd-inputs.ts";
import { saslauthdService } from "../../../providers/resources/saslauthd/saslauthd-service.ts";
import { dropInPath } from "../../../providers/steps/saslauthd.ts";
import type { Step } from "../../../providers/steps/step.ts";
import { file, folder } from "../../support/fake-answers.ts";

const { apply, extend, join, remember, remove } = saslauthdService;
type Actual = Parameters<typeof remember>[0];

const inputsWith = (server: string) =>
  saslauthdServiceSchema.parse({
    mechanism: "ldap",
    cache: false,
    dropIn: `[Service]\nPIDFile=/${server}\n`,
    ldap: { servers: [`ldaps://${server}.example.org`], searchBase: "dc=x" },
  });
const stock = {
  program: folder(),
  file: file('START=no\nMECHANISMS="pam"\nOPTIONS="-c"\nTHREADS=5\n'),
  nativeUnit: null,
  dropIn: null,
  dropInFolder: folder(),
  unit: { load: "loaded", active: "inactive", enabled: "disabled" },
  pidFile: "",
  processes: [],
  instances: [],
  owners: [],
  socket: null,
  ldapFile: null,
  authorities: folder(),
  changed: [],
  clients: { members: [], files: [], postfix: false },
  startLines: [],
  bootLink: false,
} as unknown as Actual;

/** The host with the files that these inputs mean. */
function applied(server: string, before: Actual): Actual {
  const inputs = inputsWith(server);
  const contents = new Map(
    apply(inputs, before).flatMap((step) => (step.do === "write" ? [[step.path, file(step.content)] as const] : [])),
  );
  return {
    ...before,
    file: contents.get("/etc/default/saslauthd") ?? before.file,
    dropIn: contents.get(dropInPath) ?? before.dropIn,
    ldapFile: contents.get(ldapFilePath) ?? before.ldapFile,
  };
}

const copies = (steps: readonly Step[]): string[] =>
  steps.flatMap((step) => {
    if (step.do === "temporarily") return copies(step.steps);
    return step.do === "run" && step.reason.startsWith("copy ") ? [step.reason.split(" ")[1] ?? ""] : [];
  });

const first = applied("first", stock);
const second = applied("second", first);
const record = remember(stock, first, inputsWith("first"));
const ofState = extend?.(record, first, second) ?? record;

test("a roll-back to what an earlier run had set: nothing is kept, although the state has the later inputs", () => {
  expect(second.ldapFile?.content).not.toEqual(first.ldapFile?.content);
  const known = join?.(record, ofState) ?? record;

  expect(copies(remove(inputsWith("second"), first, known))).toEqual([]);
});

test("the later settings are known as ours, too, where the state is older than the host", () => {
  expect(copies(remove(inputsWith("first"), second, ofState))).toEqual([]);
});

test("what somebody else has set since is kept", () => {
  const edited = {
    ...first,
    ldapFile: file(`${first.ldapFile?.content}ldap_scope: one\n`),
    dropIn: file("[Service]\n# theirs\n"),
  };

  expect(copies(remove(inputsWith("second"), edited, join?.(record, ofState) ?? record))).toEqual([
    ldapFilePath,
    dropInPath,
  ]);
});

test("no password of the directory stands in the record", () => {
  const inputs = saslauthdServiceSchema.parse({
    ...inputsWith("first"),
    ldap: { ...inputsWith("first").ldap, bindDn: "cn=reader" },
    ldapBindPassword: "correct horse",
  });
  const [write] = apply(inputs, stock);
  const after = { ...stock, ldapFile: file(write?.do === "write" ? write.content : "") };

  expect(String(after.ldapFile.content)).toContain("correct horse");
  expect(JSON.stringify(remember(stock, after, inputs))).not.toContain("correct horse");
});
