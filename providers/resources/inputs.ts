// Kinds of value that more than one resource takes, each with the rule that rejects hostile text.
import { z } from "zod";

/** An absolute path in its shortest form. */
export const absolutePath = z
  .string()
  .max(1024)
  .regex(/^\/[ -~]*$/, "must be an absolute path of printable ASCII characters")
  .refine((path) => path !== "/" && !path.endsWith("/"), "must not be / or end with /")
  .refine(
    (path) =>
      path
        .split("/")
        .slice(1)
        .every((part) => part !== "" && part !== "." && part !== ".."),
    "must not contain //, . or .. as a part",
  );

/** A user or group name as Debian's adduser accepts it (NAME_REGEX_SYSTEM in adduser.conf(5)). */
export const accountName = z
  .string()
  .regex(/^[a-z_][-a-z0-9_.]{0,31}$/, "must be a user or group name: a-z, 0-9, - _ . and at most 32 characters");

/**
 * A file mode as dpkg-statoverride and stat print it. A leading zero is removed, since both omit
 * it.
 */
export const fileMode = z
  .string()
  .regex(/^0?[0-7]{3,4}$/, "must be an octal mode, for example 710")
  .transform((mode) => mode.replace(/^0+(?=\d{3})/, ""));

/** A Debian package name (Debian Policy 5.6.1). */
export const packageName = z
  .string()
  .max(100)
  .regex(/^[a-z0-9][a-z0-9+.-]+$/, "must be a Debian package name");

/** The name of a Postfix parameter. */
export const parameterName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, "must be a Postfix parameter name");

/** A TCP port. */
export const tcpPort = z
  .number()
  .int()
  .min(1, "must be a port between 1 and 65535")
  .max(65535, "must be a port between 1 and 65535");

/**
 * Whether clients outside the host must reach the ports: a failure where they cannot, a warning, or
 * nothing.
 */
export const outsideAccess = z.enum(["expected", "told", "not wanted"]);

/** One line of text in any script: a name or password that is sent and never written to a file. */
export const oneLineOfText = z
  .string()
  .min(1)
  .regex(/^[^\0\r\n]+$/, "must be one line");

/**
 * One line of printable text. Files are edited as latin1, where any other character would be
 * written as different bytes than in UTF-8.
 */
export const line = z
  .string()
  .max(4096)
  .regex(/^[ -~]*$/, "must be one line of printable ASCII characters");

/** The part of a mail address behind the at sign. */
export const mailDomain = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i, "must be a mail domain: example.org");

/** A host name or an address that a client connects to. */
export const hostName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9:][A-Za-z0-9.:-]*$/, "must be a host name or an address");
