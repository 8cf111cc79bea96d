// The host of the connection tests: users with all sorts of shells, further sshds on ports of their own, and what its log says of logins.
import { type LabHost, operatorPassword } from "../../lab/hosts/index.ts";
import { shell } from "../support/index.ts";
import type { OperatorKey } from "../support/operator-key.ts";

/** sshds with keys of their own, to jump through. */
export const jumpPorts = { outer: 2201, inner: 2202 } as const;

/** One that forwards nothing and gives one session a connection. */
export const narrowPort = 2203;

/** On which the host's own sshd listens besides 22. */
export const furtherPorts = Array.from({ length: 14 }, (_, index) => 2300 + index);

/** Login shell, start-up file, what stands in it, and whether sudo asks. */
const users = [
  {
    name: "basher",
    program: "/bin/bash",
    file: ".bashrc",
    text: "echo Welcome; echo oops >&2; read -r answer; echo $answer",
    asks: true,
  },
  {
    name: "csher",
    program: "/bin/csh",
    file: ".cshrc",
    text: 'echo Welcome\nset answer = "$<"\necho $answer',
    asks: true,
  },
  {
    name: "fisher",
    program: "/usr/bin/fish",
    file: ".config/fish/config.fish",
    text: "echo Welcome; echo oops >&2",
    asks: true,
  },
  { name: "zsher", program: "/bin/zsh", file: ".zshenv", text: "echo Welcome; echo oops >&2", asks: false },
  { name: "dasher", program: "/bin/dash", file: ".profile", text: "echo Welcome", asks: false },
] as const;

const servers = [
  { unit: "sshd-outer", port: jumpPorts.outer, options: "" },
  { unit: "sshd-inner", port: jumpPorts.inner, options: "" },
  { unit: "sshd-narrow", port: narrowPort, options: "-o AllowTcpForwarding=no -o MaxSessions=1" },
] as const;

export function hostSide(host: LabHost) {
  return {
    /** Shells, users and servers. */
    prepare: async () => {
      await shell(
        host,
        "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends fish tcsh zsh >/dev/null 2>&1; mkdir /srv/kinds",
      );
      for (const { name, program, file, text, asks } of users) {
        await shell(
          host,
          `useradd -m -s ${program} ${name}; echo '${name}:${operatorPassword}' | chpasswd
echo '${name} ALL=(ALL:ALL) ${asks ? "" : "NOPASSWD:"} ALL' > /etc/sudoers.d/${name}; chmod 440 /etc/sudoers.d/${name}
file=/home/${name}/${file}; install -d -o ${name} "$(dirname "$file")"; cat > "$file" <<'END'
${text}
END`,
        );
      }
      // sshd has at most 16 listening sockets, and two a port where IPv6 is on
      await shell(
        host,
        `printf 'Port %s\\n' 22 ${furtherPorts.join(" ")} > /etc/ssh/sshd_config.d/ports.conf; echo AddressFamily inet >> /etc/ssh/sshd_config.d/ports.conf; systemctl restart ssh`,
      );
      for (const { unit, port, options } of servers) {
        await shell(
          host,
          `ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/${unit}; systemd-run --quiet --unit=${unit} /usr/sbin/sshd -D -p ${port} -h /etc/ssh/${unit} -o PidFile=none ${options}
until ss -Hltn | grep -q ':${port} '; do sleep 0.1; done`,
        );
      }
    },

    /** From now on these keys are let in, for every user, and no others. */
    authorize: async (keys: readonly OperatorKey[]) => {
      await shell(host, `cat > /etc/ssh/authorized_keys.lab <<'END'\n${keys.map((key) => key.line).join("\n")}\nEND`);
    },

    /** Lines of known_hosts for the further servers, by the addresses under which they are dialled. */
    keysOfOtherServers: async () => {
      const rows = servers.map(async ({ unit, port }) => {
        const key = await shell(host, `cut -d ' ' -f 1,2 /etc/ssh/${unit}.pub`);
        return [host.address, "127.0.0.1"].map((address) => `[${address}]:${port} ${key}\n`).join("");
      });
      return (await Promise.all(rows)).join("");
    },

    /** What the log says from now on. */
    watch: async () => {
      const cursor = (
        await shell(host, "journalctl -q -n 1 -o export --output-fields=MESSAGE | sed -n 's/^__CURSOR=//p'")
      ).trim();
      const since = (what: string) =>
        shell(
          host,
          `journalctl -q --no-pager -o json --output-fields=MESSAGE,_SYSTEMD_UNIT --after-cursor='${cursor}' | grep -F '${what}' || true`,
        );
      const rows = async (what: string) =>
        (await since(what))
          .split("\n")
          .filter((row) => row !== "")
          .map((row) => JSON.parse(row) as { MESSAGE: string; _SYSTEMD_UNIT?: string });
      return {
        /** "unit user fingerprint" of all who were let in, each once. */
        logins: async () => {
          const told = (await rows("Accepted ")).map(({ MESSAGE, _SYSTEMD_UNIT = "" }) => {
            const [, user, fingerprint] = /Accepted publickey for (\S+) from .* (SHA256:\S+)/.exec(MESSAGE) ?? [];
            return `${_SYSTEMD_UNIT.replace(/\.service$/, "")} ${user} ${fingerprint}`;
          });
          return [...new Set(told)].sort();
        },
        /** How many connections the host gave up, after too many keys. */
        givenUp: async () => (await rows("Too many authentication failures")).length,
      };
    },
  };
}
