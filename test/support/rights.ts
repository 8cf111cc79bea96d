// Who runs the tests: some of what root does on a host is refused to a user, and a user's processes are not the host's.
export const isRoot = process.getuid?.() === 0;

/** A mode whose special bit stays on a file that is written anew: setuid does for root alone (CAP_FSETID, capabilities(7)). */
export const keptSpecialMode = isRoot ? 0o4750 : 0o1750;
