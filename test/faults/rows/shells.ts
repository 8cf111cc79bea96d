// Login shells, /bin/sh, and what root's environment may hold.
import type { Fault } from "../fault.ts";
import { connecting, onHost } from "../injections.ts";
import { quick } from "../moments.ts";
import { mustBeRefused, mustWork } from "../row.ts";

const works = (id: string, fault: string, of: string, set: string, more: Partial<Fault> = {}): Fault =>
  mustWork(id, fault, of, [onHost(set)], more);

/** A login shell that never comes to our commands. */
const spoiltShell = (id: string, fault: string, line: string): Fault =>
  mustBeRefused(
    id,
    fault,
    "faults.md 21",
    [
      onHost(`cp /root/.bashrc /run/bashrc; echo ${line} > /root/.bashrc`, "cp /run/bashrc /root/.bashrc"),
      connecting("one dial", async () => quick),
    ],
    { meets: "up", says: [/shell-not-started/], leaves: /\.bashrc/, next: ["up"] },
  );

/** Through pam_env, as every session of root gets it. */
const environment = (id: string, fault: string, line: string, more: Partial<Fault> = {}): Fault =>
  works(`environment-${id}`, fault, "issue 14", `printf '%s\\n' ${line} >> /etc/environment`, {
    leaves: /\/etc\/environment/,
    ...more,
  });

const install = (name: string) =>
  `apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends ${name} >/dev/null 2>&1`;

/** Packages of the shell itself, and the user who has it. */
const installed = /^package |\/usr\/|\/etc\/|\/var\/lib\/|\/bin|\/home|\/lib|\/root|\/var\/mail/;

const loginShell = (name: string, path: string, set = ":", more: Partial<Fault> = {}): Fault =>
  works(`login-shell-${name}`, `root's login shell is ${name}`, "issue 14", `${set}; chsh -s ${path} root`, {
    leaves: /\/etc\/(passwd|shells|shadow)/,
    ...more,
  });

export const ofShells: readonly Fault[] = [
  loginShell("fish", "/usr/bin/fish", install("fish"), { leaves: installed, next: ["up"] }),
  loginShell("zsh", "/usr/bin/zsh", install("zsh"), { leaves: installed, next: ["up"] }),
  loginShell("csh", "/bin/csh", install("tcsh"), { leaves: installed, next: ["up"] }),
  loginShell("dash", "/bin/dash"),
  {
    ...loginShell("rbash", "/bin/rbash", "ln -sf bash /bin/rbash"),
    inject: [
      onHost("ln -sf bash /bin/rbash; chsh -s /bin/rbash root", "chsh -s /bin/bash root"),
      connecting("one dial", async () => quick),
    ],
    exit: "not 0",
    says: [/shell-not-started|host-unreadable/],
    left: "as before",
    leaves: /\/etc\/passwd|rbash|\/etc\/shadow/,
    next: ["up"],
  },
  works(
    "login-shell-in-tmux",
    "root's .bashrc puts each session into a terminal multiplexer: a program that needs a terminal, by exec",
    "issue 14",
    "printf '#!/bin/sh\\ntest -t 0 || { echo open terminal failed: not a terminal >&2; exit 1; }\\n' > /usr/local/bin/tmux; chmod 755 /usr/local/bin/tmux; echo 'exec tmux new -A' > /root/.bashrc",
    {
      inject: [
        onHost(
          "printf '#!/bin/sh\\ntest -t 0 || { echo open terminal failed: not a terminal >&2; exit 1; }\\n' > /usr/local/bin/tmux; chmod 755 /usr/local/bin/tmux; cp /root/.bashrc /run/bashrc; echo 'exec tmux new -A' > /root/.bashrc",
          "cp /run/bashrc /root/.bashrc; rm /usr/local/bin/tmux",
        ),
        connecting("one dial", async () => quick),
      ],
      exit: "not 0",
      says: [/not a terminal/, /shell-not-started/],
      left: "as before",
      leaves: /\/usr\/local\/bin|\.bashrc/,
      next: ["up"],
    },
  ),
  spoiltShell("shell-that-ends", "root's .bashrc ends with `exit`", "exit 0"),
  spoiltShell("shell-that-waits", "root's .bashrc waits for a minute", "sleep 60"),
  works("sh-is-bash", "/bin/sh is bash", "H8", "ln -sf bash /bin/sh", { leaves: /^\/(usr\/)?bin\/sh / }),
  works("sh-is-busybox", "/bin/sh is busybox", "H8", `${install("busybox")}; ln -sf busybox /bin/sh`, {
    leaves: /busybox|^\/(usr\/)?bin\/sh |\/var\/lib\/dpkg|initramfs/,
  }),
  environment("posixly-correct", "POSIXLY_CORRECT is set in root's environment", "POSIXLY_CORRECT=1"),
  environment(
    "posixly-correct-bare",
    "POSIXLY_CORRECT is set in root's environment, on a bare host",
    "POSIXLY_CORRECT=1",
    { start: "bare", within: 240 },
  ),
  environment("tmpdir-missing", "TMPDIR names a folder that is not there", "TMPDIR=/nowhere/at/all", {
    start: "bare",
    within: 240,
  }),
  environment(
    "path-odd",
    "PATH has a folder with programs of somebody else first, and no /usr/sbin",
    "PATH=/opt/odd:/usr/bin:/bin",
    {
      inject: [
        onHost(
          "mkdir -p /opt/odd; for name in stat find sed grep mktemp date; do printf '#!/bin/sh\\nexit 42\\n' > /opt/odd/$name; chmod 755 /opt/odd/$name; done; echo PATH=/opt/odd:/usr/bin:/bin >> /etc/environment",
        ),
      ],
      leaves: /\/etc\/environment|\/opt/,
    },
  ),
  environment("locale-de", "LC_ALL is de_DE.UTF-8, which the host does not have", "LC_ALL=de_DE.UTF-8"),
  environment("locale-tr", "LC_ALL is tr_TR.UTF-8, with its dotless i", "LC_ALL=tr_TR.UTF-8"),
  environment("locale-c", "LC_ALL is C", "LC_ALL=C"),
  environment(
    "grep-options",
    "Settings for grep, ls, less and find are in root's environment",
    "GREP_COLOR=31 LS_COLORS=x TERM=dumb POSIX_ME_HARDER=1 BLOCK_SIZE=human-readable TIME_STYLE=iso QUOTING_STYLE=c",
    {
      inject: [
        onHost(
          "printf '%s\\n' GREP_COLOR=31 POSIX_ME_HARDER=1 BLOCK_SIZE=human-readable TIME_STYLE=iso QUOTING_STYLE=c BASH_ENV=/etc/nowhere ENV=/etc/nowhere CDPATH=/etc >> /etc/environment",
        ),
      ],
    },
  ),
  works(
    "umask-077",
    "root's umask is 077",
    "issue 14",
    "echo 'umask 077' > /root/.bashrc; sed -i 's/^UMASK.*/UMASK 077/' /etc/login.defs; grep -q pam_umask /etc/pam.d/common-session || echo 'session optional pam_umask.so umask=077' >> /etc/pam.d/common-session",
    {
      leaves: /\.bashrc|login\.defs|common-session/,
    },
  ),
  works(
    "umask-000",
    "root's umask is 000",
    "issue 14",
    "echo 'session optional pam_umask.so umask=000' >> /etc/pam.d/common-session; echo 'umask 000' > /root/.bashrc",
    {
      leaves: /\.bashrc|common-session/,
    },
  ),
  works(
    "umask-077-bare",
    "root's umask is 077, on a bare host",
    "issue 14",
    "echo 'session optional pam_umask.so umask=077' >> /etc/pam.d/common-session; echo 'umask 077' > /root/.bashrc",
    {
      start: "bare",
      within: 240,
      leaves: /\.bashrc|common-session/,
    },
  ),
  works(
    "locale-of-sshd",
    "The operator's locale is sent along, and accepted",
    "faults.md 62",
    "echo 'AcceptEnv LANG LC_*' > /etc/ssh/sshd_config.d/zz.conf; systemctl reload ssh",
    { leaves: /sshd_config\.d/ },
  ),
  works(
    "history-and-aliases",
    "root's .bashrc has noclobber, aliases for mv, rm and cat, and a command before each prompt",
    "faults.md 21",
    "printf '%s\\n' 'set -o noclobber' \"alias mv='mv -i' rm='rm -i' cp='cp -i' cat='false'\" 'PROMPT_COMMAND=\"echo prompt\"' \"trap 'echo trapped' DEBUG\" > /root/.bashrc",
    { leaves: /\.bashrc/ },
  ),
];
