// What a base system is made of: the releases, the packages in it, the packages in its offline repository, and the
// shell text that finishes it. A change here gives the base another hash, so it is made again.
import { createHash } from "node:crypto";

/** Debian's releases by number, as a person names them. 14 is not released yet: its packages change from week to week. */
export const releases = { 11: "bullseye", 12: "bookworm", 13: "trixie", 14: "forky" } as const;
export type Debian = keyof typeof releases;
export type Release = (typeof releases)[Debian];

/** Installed in every host: what a small real server has, and nothing the product could lean on by accident (no Python, no mail server). */
const installed = ["systemd", "systemd-sysv", "dbus", "openssh-server", "sudo", "iproute2", "procps"];

/**
 * What `apt-get install` finds inside a host, with all dependencies. Each is downloaded on its own, so that two
 * that exclude each other (postfix, exim4) can both be offered. Add a package by its name here.
 */
const offered = [
  "postfix",
  "sasl2-bin",
  "libsasl2-modules",
  "libsasl2-modules-db",
  "ssl-cert",
  "openssl",
  "exim4-daemon-light",
  "netcat-openbsd",
  "fish",
  "tcsh",
  "zsh",
  "msmtp",
  // another /bin/sh
  "busybox",
  // what Ansible needs on a host
  "python3-apt",
  // servers that saslauthd can ask, for the tests of its back ends
  "slapd",
  "ldap-utils",
  "dovecot-imapd",
];

/** The operator's password: for `sudo` and for a login without a key. The hosts are reachable from this machine only. */
export const operatorPassword = "operator-lab";

/** Runs outside the new system, with its folder as $1, while the network of the machine can still be used in it. */
const finish = `
set -eu
root=$1
in_root() { env -u APT_CONFIG DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 chroot "$root" "$@"; }

# The offline repository. Recommended packages stay out: apt skips what it cannot find.
in_root apt-get clean
for package in ${offered.join(" ")}; do
  in_root apt-get --yes --quiet --no-install-recommends --download-only install "$package"
done
mkdir -p "$root/srv/repo"
mv "$root"/var/cache/apt/archives/*.deb "$root/srv/repo/"
(
  unset APT_CONFIG
  cd "$root/srv/repo"
  apt-ftparchive packages . > Packages
  # Names the index as it is, so that apt does not ask for compressed and translated ones first.
  apt-ftparchive release . > ../Release
  mv ../Release Release
)
rm -rf "$root"/etc/apt/sources.list.d/* "$root"/etc/apt/apt.conf.d/99mmdebstrap
echo 'deb [trusted=yes] file:/srv/repo ./' > "$root/etc/apt/sources.list"

# One file of keys for all users, so that a host gets its key by one write.
rm -f "$root"/etc/ssh/ssh_host_*
cat > "$root/etc/ssh/sshd_config.d/lab.conf" <<END
PermitRootLogin prohibit-password
PasswordAuthentication yes
AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/authorized_keys.lab
END

# Debian has a group named operator already, so that user gets no group of its own.
in_root useradd --create-home --shell /bin/bash --no-user-group --groups sudo operator
echo 'operator:${operatorPassword}' | in_root chpasswd
in_root useradd --create-home --shell /bin/bash deployer
echo 'deployer ALL=(ALL:ALL) NOPASSWD: ALL' > "$root/etc/sudoers.d/deployer"
chmod 0440 "$root/etc/sudoers.d/deployer"
in_root useradd --create-home --shell /bin/bash guest

echo 'LANG=C.UTF-8' > "$root/etc/default/locale"
# Timers that take dpkg's lock at a random moment, and a login prompt on a console that nobody sees.
in_root systemctl mask apt-daily.timer apt-daily-upgrade.timer console-getty.service
# Tells systemd that its caches of /etc and /var are those of this system: else the first boot makes them again.
touch "$root/etc/.updated" "$root/var/.updated"
`;

/**
 * Debian's installer merges /usr since 10, and mmdebstrap only from 12 on without this hook. An
 * upgrade cannot do it for a host of the lab: convert-usrmerge refuses an overlay.
 */
const merged = "/usr/share/mmdebstrap/hooks/merged-usr/setup00.sh";

interface Recipe {
  readonly include: string;
  readonly finish: string;
  readonly setup?: string;
}

/** The arguments of mmdebstrap for one release, without suite and target. */
export function recipeFor(debian: Debian): Recipe {
  return { include: installed.join(","), finish, ...(debian === 11 ? { setup: merged } : {}) };
}

/** Names one version of the recipe. */
export function recipeHash(debian: Debian): string {
  return createHash("sha256")
    .update(JSON.stringify(recipeFor(debian)))
    .digest("hex")
    .slice(0, 12);
}
