// Moments of an operation, as they are to be seen on the host, and what rows about the way to a
// host have in common.
import type { Fault } from "./fault.ts";

/** dpkg unpacks or configures for apt. */
export const installs = "pgrep -f '^/usr/bin/dpkg .*--(unpack|configure)'";

/** The first change is in the journal. */
export const changeBegun = "[ -e /var/lib/sasl-mail-host/journal ]";

/** Our session is there. */
export const login = "pgrep -f '^sshd(-session)?: root@notty'";

/** One dial and no more. */
export const quick = { dialErrorLimit: 0 };

/** Refused before the host is changed. */
export const unlessRefused = { exit: "not 0", left: "as before" } as const satisfies Partial<Fault>;
