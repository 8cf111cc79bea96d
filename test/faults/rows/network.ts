// Faults of the network between the operator's machine and the host.

import { once as onceOf } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { rebootHost } from "../../../lab/hosts/index.ts";
import type { Fault } from "../fault.ts";
import { connecting, once, onceDo, onHost, relayed } from "../injections.ts";
import { changeBegun, installs, quick, unlessRefused } from "../moments.ts";

const operatorsSshd = "pkill -KILL -f '^sshd(-session)?: root'";

export const ofNetwork: readonly Fault[] = [
  {
    id: "connection-killed-in-apt",
    of: "faults.md 1",
    fault: "The SSH session is killed while apt unpacks packages",
    start: "bare",
    meets: "up",
    inject: [once(installs, operatorsSshd)],
    exit: "any",
    says: [/connection .*(lost|closed|ended)|connection-lost/i],
    left: "to be repaired",
  },
  {
    id: "connection-killed-in-change",
    of: "faults.md 1, issue 14",
    fault: "The SSH session is killed in the middle of a change",
    start: "mail",
    meets: "change",
    inject: [once(changeBegun, operatorsSshd)],
    exit: "any",
    says: [/connection .*(lost|closed|ended)|connection-lost/i],
    left: "to be repaired",
  },
  {
    id: "connection-killed-in-destroy",
    of: "issue 14",
    fault: "The SSH session is killed in the middle of a destroy",
    start: "mail",
    meets: "destroy",
    inject: [
      onceDo("pgrep -f '^sshd(-session)?: root@notty'", operatorsSshd, ({ shell }) => shell(operatorsSshd), 0.7),
    ],
    exit: "any",
    says: [/connection .*(lost|closed|ended)|connection-lost/i],
    left: "to be repaired",
  },
  {
    id: "link-down-10-s",
    of: "faults.md 2",
    fault: "The network cable is out for ten seconds during a change",
    start: "mail",
    meets: "change",
    inject: [once(changeBegun, "ip link set host0 down; sleep 10; ip link set host0 up")],
    exit: 0,
    left: "as asked",
  },
  {
    id: "link-down-40-s",
    of: "faults.md 2",
    fault: "The network cable is out for forty seconds during a change",
    start: "mail",
    meets: "change",
    inject: [once(changeBegun, "ip link set host0 down; sleep 40; ip link set host0 up")],
    exit: "any",
    says: [/connection-lost/],
    left: "to be repaired",
  },
  {
    id: "peer-frozen",
    of: "faults.md 3",
    fault: "The host's sshd session is frozen (SIGSTOP) in the middle of a change, for good",
    start: "mail",
    meets: "change",
    inject: [
      once(changeBegun, "pkill -STOP -f '^sshd(-session)?: root'", "pkill -KILL -f '^sshd(-session)?: root' || :"),
    ],
    exit: "not 0",
    says: [/connection-lost/],
    left: "to be repaired",
  },
  {
    id: "line-stalls-in-change",
    of: "issue 14",
    fault: "The line goes silent in the middle of a change, without an end of the connection",
    start: "mail",
    meets: "change",
    inject: [
      relayed("a relay in between passes nothing on from half a second after the login on", async (relay) => {
        while (relay.counters.turns < 12) await sleep(20);
        relay.stall();
      }),
    ],
    exit: "not 0",
    says: [/connection-lost|host-unreachable/],
    left: "to be repaired",
  },
  {
    id: "round-trip-300-ms",
    of: "issue 14",
    fault: "A round trip takes 300 ms",
    start: "mail",
    meets: "up",
    inject: [
      relayed("a relay in between holds each piece of data for 150 ms in both directions", (relay) => {
        relay.latencyMs = 150;
      }),
    ],
    exit: 0,
    left: "as asked",
  },
  {
    id: "line-with-losses",
    of: "issue 14",
    fault: "A line that loses packets: what TCP then makes of it, pauses of up to a second",
    start: "mail",
    meets: "up",
    inject: [
      relayed("a relay in between pauses for 0.2 to 1 s every second", async (relay, { over }) => {
        for (let turn = 0; !over.aborted; turn += 1) {
          await sleep(400);
          relay.stall();
          await sleep(200 + (turn % 5) * 200);
          await relay.resume();
        }
      }),
    ],
    exit: 0,
    left: "as asked",
  },
  {
    id: "relay-cut-once",
    of: "faults.md 2",
    fault: "The connection is reset once, before anything was changed",
    start: "mail",
    meets: "up",
    inject: [
      relayed(
        "a relay in between resets all connections in the key exchange, and takes new ones after 2 s",
        async (relay) => {
          while (relay.counters.connections === 0) await sleep(5);
          relay.cut();
          await sleep(2000);
          await relay.resume();
        },
      ),
    ],
    exit: 0,
    left: "as asked",
  },
  ...(["up", "change", "destroy"] as const).map(
    (meets): Fault => ({
      id: `reboot-in-${meets}`,
      of: "faults.md 4, issue 14",
      fault: `The host reboots in the middle of ${meets === "change" ? "a change" : `${meets === "up" ? "a first" : "a"} ${meets}`}`,
      start: "mail",
      meets,
      inject: [
        onceDo(
          meets === "destroy" ? "pgrep -f '^sshd(-session)?: root@notty'" : changeBegun,
          "`systemctl reboot`",
          ({ host }) => rebootHost(host),
          meets === "destroy" ? 0.7 : 0,
        ),
      ],
      exit: "any",
      left: "to be repaired",
    }),
  ),
  {
    id: "reboot-in-apt",
    of: "issue 14",
    fault: "The host reboots while apt unpacks packages",
    start: "bare",
    meets: "up",
    inject: [onceDo(installs, "`systemctl reboot`", ({ host }) => rebootHost(host))],
    exit: "any",
    left: "to be repaired",
    within: 240,
  },
  {
    id: "host-boots",
    of: "faults.md 5",
    fault: "The host is booting and refuses logins for six seconds",
    start: "mail",
    meets: "up",
    inject: [
      connecting("log in as deployer, who is no root", async () => ({ user: "deployer" })),
      onHost("echo 'System is booting up.' > /run/nologin"),
      once("ss -Htn state established '( sport = :22 )' | grep -q .", "sleep 6; rm -f /run/nologin"),
    ],
    exit: "any",
    left: "either",
    leaves: /sudo_as_admin/,
  },
  {
    id: "tcp-open-but-silent",
    of: "faults.md 6",
    fault: "The address takes connections and says nothing",
    start: "mail",
    meets: "preview",
    inject: [
      connecting("a listener that never writes, in the place of sshd", async ({ over }) => {
        const server = createServer((socket) => void socket.on("error", () => {}));
        await onceOf(server.listen(0, "127.0.0.1"), "listening");
        server.unref();
        over.addEventListener("abort", () => server.close());
        return { host: "127.0.0.1", port: (server.address() as AddressInfo).port, ...quick, perDialTimeout: 2 };
      }),
    ],
    ...unlessRefused,
    says: [/no login within 2 s/, /host-unreachable/],
  },
  {
    id: "name-unknown",
    of: "faults.md 7",
    fault: "The host's name is not known to the resolver",
    start: "mail",
    meets: "preview",
    inject: [connecting("`host: mail1.example.invalid`", async () => ({ host: "mail1.example.invalid", ...quick }))],
    ...unlessRefused,
    says: [/mail1\.example\.invalid:22/, /host-unreachable/],
  },
  {
    id: "connection-refused",
    of: "faults.md 7",
    fault: "Nobody listens on the port",
    start: "mail",
    meets: "preview",
    inject: [connecting("`port: 2222`", async () => ({ port: 2222, ...quick }))],
    ...unlessRefused,
    says: [/ECONNREFUSED/, /host-unreachable/],
  },
  {
    id: "sshd-stopped-for-5-s",
    of: "faults.md 7",
    fault: "sshd does not listen for five seconds",
    start: "mail",
    meets: "up",
    inject: [
      onHost(
        "systemctl stop ssh.socket 2>/dev/null; systemctl stop ssh; systemd-run -q --on-active=5 systemctl start ssh; :",
      ),
    ],
    exit: 0,
    left: "as asked",
  },
  {
    id: "resolver-never-answers",
    of: "issue 14",
    fault: "The host's resolver never answers",
    start: "mail",
    meets: "up",
    inject: [
      onHost(
        "echo nameserver 192.0.2.53 > /etc/resolv.conf; systemctl reload postfix",
        ": > /etc/resolv.conf; systemctl reload postfix",
      ),
    ],
    exit: 0,
    left: "as asked",
    leaves: /^[0-9a-f]+ +\/var\/spool\/postfix\/etc\/resolv\.conf|\/etc\/resolv\.conf/,
    within: 180,
  },
  {
    id: "resolver-never-answers-change",
    of: "issue 14",
    fault: "The host's resolver stops answering before a change",
    start: "mail",
    meets: "change",
    inject: [onHost("echo nameserver 192.0.2.53 > /etc/resolv.conf", ": > /etc/resolv.conf")],
    exit: 0,
    left: "as asked",
    leaves: /\/etc\/resolv\.conf/,
    within: 180,
  },
  {
    id: "sshd-restarts-every-2-s",
    of: "issue 14",
    fault: "sshd is restarted every two seconds",
    start: "mail",
    meets: "up",
    inject: [
      onHost(
        "systemctl reset-failed ssh; mkdir -p /run/systemd/system/ssh.service.d; printf '[Unit]\\nStartLimitIntervalSec=0\\n' > /run/systemd/system/ssh.service.d/often.conf; systemctl daemon-reload; systemd-run -q --unit=often sh -c 'while sleep 2; do systemctl restart ssh; done'",
        "systemctl stop often; rm -r /run/systemd/system/ssh.service.d; systemctl daemon-reload; systemctl start ssh",
      ),
    ],
    exit: 0,
    left: "as asked",
    leaves: /ssh\.service\.d/,
  },
];
