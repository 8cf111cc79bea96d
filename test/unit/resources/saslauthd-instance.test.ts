// A host where saslauthd serves Postfix from an instance file: recognised, moved over with the reason, and given back to the byte.
import { describe, expect, test } from "@jest/globals";
import { saslauthdService } from "../../../providers/resources/saslauthd/saslauthd-service.ts";
import { file, folder, type Release, releases } from "../../support/fake-answers.ts";
import { flat, scripts, summary } from "../../support/fake-plan.ts";

const { schema, observe, apply, remember, extend, remove, complete = (given) => given } = saslauthdService;
const inputs = complete(schema.parse({}));
const socket = inputs.socketDirectory;
const program = "/usr/sbin/saslauthd";
const path = "/etc/default/saslauthd-postfix";
const unit = "saslauthd.service";

const settings = `MECHANISMS="pam"\nTHREADS=5\nOPTIONS="-c -m ${socket}"\n`;
const instance = (content: string, name = path) => ({ path: name, realPath: name, content: Buffer.from(content) });
const postfix = instance(`START=yes\nNAME="saslauthd-postf"\n${settings}`);
const cyrus = instance(
  `START=yes\n${settings.replace(socket, "/run/saslauthd-cyrus")}`,
  "/etc/default/saslauthd-cyrus",
);

/** Process ids 10 and up, each with a child. */
function daemons(...found: readonly { at: string; unit: string; main?: boolean; enabled?: boolean }[]) {
  const parents = found.map(({ at, ...owner }, index) => {
    const pid = 10 * (index + 1);
    return { pid, argv: [program, "-a", "pam", "-c", "-m", at, "-n", "5"], owner };
  });
  return {
    processes: parents.flatMap(({ pid, argv }) => [
      { pid, parent: 1, argv },
      { pid: pid + 1, parent: pid, argv },
    ]),
    owners: parents.flatMap(({ pid, owner }) =>
      [pid, pid + 1].map((id) => ({ pid: id, main: false, enabled: false, ...owner })),
    ),
  };
}

/** As the guides have it: the default file out of use, and the daemon of the instance. */
function guides(release: Release) {
  return {
    program: { ...folder(), type: "regular file" },
    file: file(`START=no\nMECHANISMS="pam"\nTHREADS=5\nOPTIONS="-c -m /var/run/saslauthd"\n`),
    dropIn: null,
    dropInFolder: null,
    nativeUnit: release === 12 ? null : { ...folder(), type: "regular file" },
    unit: { load: "loaded", active: "active", enabled: "enabled" },
    pidFile: release === 12 ? "" : "/run/saslauthd/saslauthd.pid",
    socket: { type: "socket", mode: "777", owner: "root", group: "root" },
    ldapFile: null,
    authorities: folder(),
    changed: [],
    clients: { members: [], files: [], postfix: false },
    startLines: [],
    bootLink: true,
    instances: [postfix],
    ...daemons({ at: socket, unit: release === 12 ? unit : "session-3.scope" }),
  };
}

/** After the change. */
function movedOver(release: Release) {
  return {
    ...guides(release),
    file: file(`START=${release === 12 ? '"yes"' : "no"}\n${settings}`),
    dropIn: null,
    pidFile: release === 12 ? "" : `${socket}/saslauthd.pid`,
    instances: [instance(postfix.content.toString().replace("START=yes", 'START="no"'))],
    ...daemons({ at: socket, unit }),
  };
}

describe.each(releases)("on Debian %i", (release) => {
  test("the instance is recognised", () => {
    const shown = observe(inputs, guides(release), undefined)?.socketDirectory;

    expect(shown).toMatch(/^\/var\/run\/saslauthd/);
    expect(shown).toMatch(
      release === 12
        ? /; \/etc\/default\/saslauthd-postfix is meant to serve it$/
        : /; \/etc\/default\/saslauthd-postfix is meant to serve it, but the unit ignores it$/,
    );
  });

  test("it is moved over, with its settings and the reason in the log", () => {
    const [first, second, ...more] = summary(apply(inputs, guides(release)));

    expect(first).toMatch(
      `write ${path}: move ${path} (MECHANISMS="pam" OPTIONS="-c -m ${socket}" THREADS=5) over to /etc/default/saslauthd: `,
    );
    expect(first).toMatch(
      release === 12 ? /one socket can not have two daemons$/ : /Debian 13's unit ignores .*-postfix$/,
    );
    expect(second).toMatch(/^write \/etc\/default\/saslauthd: /);
    expect(more.filter((step) => /end the saslauthd of process 10, which no unit looks after/.test(step))).toHaveLength(
      release === 12 ? 0 : 1,
    );
  });

  test("after that nothing is left to do, and nothing either where the instance was out of use before", () => {
    expect(observe(inputs, movedOver(release), undefined)).toEqual(inputs);
    expect(apply(inputs, movedOver(release))).toEqual([]);
  });

  test("the undo gives the file back to the byte, and the daemon as it was started", () => {
    const before = remember(guides(release), movedOver(release), inputs);

    const steps = remove(inputs, movedOver(release), before);

    const written = flat(steps).flatMap((step) => (step.do === "write" && step.path === path ? [step.content] : []));
    expect(written).toEqual([postfix.content]);
    if (release === 12) expect(summary(steps).at(-1)).toBe("run: start saslauthd: it ran before");
    else expect(scripts(steps).at(-1)).toContain(`'${program}' '-a' 'pam' '-c' '-m' '${socket}' '-n' '5' < /dev/null`);
    expect(remove(inputs, guides(release), before)).toEqual([]);
  });

  test("an instance with a socket of its own is left alone, whichever daemon is older", () => {
    const both = {
      ...movedOver(release),
      instances: [cyrus],
      ...daemons({ at: "/run/saslauthd-cyrus", unit }, { at: socket, unit }),
    };

    expect(observe(inputs, both, undefined)).toEqual(inputs);
    expect(apply(inputs, both)).toEqual([]);
    expect(observe(inputs, { ...both, ...daemons({ at: "/run/saslauthd-cyrus", unit }) }, undefined)).toMatchObject({
      state: "stopped",
    });
  });

  test("an instance that came later is out of use as well, and comes back with its START", () => {
    const later = { ...movedOver(release), instances: [instance(settings)] };
    const after = { ...later, instances: [instance(`${settings}START="no"\n`)] };
    const before = extend?.(remember(movedOver(release), later, inputs), later, after);

    expect(apply(inputs, later)[0]).toMatchObject({ path, content: after.instances[0]?.content });
    expect(flat(remove(inputs, after, before as NonNullable<typeof before>))).toContainEqual(
      expect.objectContaining({ path, content: Buffer.from(settings) }),
    );
  });

  test("a default file that is in use beside it is not taken over", () => {
    const both = {
      ...guides(release),
      file: file('START=yes\nOPTIONS="-c -m /var/run/saslauthd"\n'),
      ...daemons({ at: "/var/run/saslauthd", unit }, { at: socket, unit }),
    };

    expect(() => apply(inputs, both)).toThrow(
      /saslauthd-postfix is meant to serve it, and .* serves \/var\/run\/saslauthd/,
    );
    expect(apply(inputs, { ...both, ...daemons({ at: socket, unit }) })).not.toEqual([]);
  });
});

test("a unit of its own that serves our socket is stopped and disabled, and both come back", () => {
  const own = { at: socket, unit: "saslauthd-postfix.service", main: true, enabled: true };
  const before = { ...guides(13), ...daemons(own) };

  const ending = apply(inputs, before).find((step) => "reason" in step && step.reason.startsWith("end the"));
  const steps = remove(inputs, movedOver(13), remember(before, movedOver(13), inputs));

  expect(ending).toMatchObject({
    script: { text: expect.stringMatching(/stop -- 'saslauthd-postfix\.service'.*\n.*disable -- 'saslauthd-postfix/) },
    undo: { script: { text: expect.stringMatching(/\nsystemctl stop saslauthd .*\n.*start -- 'saslauthd-postfix/) } },
  });
  expect(scripts(steps).at(-1)).toMatch(/start -- 'saslauthd-postfix\.service'.*\n.*enable -- 'saslauthd-postfix/);
});

test("a record of an older version, which knew no instances, is enough", () => {
  const { instances, daemons: foreign, ...older } = remember(guides(13), movedOver(13), inputs);

  expect([instances, foreign]).toEqual([expect.any(Object), expect.any(Array)]);
  expect(summary(remove(inputs, movedOver(13), older)).join("\n")).not.toContain(path);
});
