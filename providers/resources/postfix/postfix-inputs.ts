// The inputs of PostfixService: whether Postfix runs, which ports must answer, what it loads.
import { z } from "zod";
import { tcpPort } from "../inputs.ts";

export const postfixServiceSchema = z.strictObject({
  /** The final state. */
  state: z.enum(["running", "stopped"]).default("running"),
  /**
   * Start at boot. Set it to false for a Postfix that should stay stopped, so that a reboot does
   * not start it.
   */
  enabled: z.boolean().default(true),
  /** Ports that must show an SMTP banner in clear text when Postfix runs. */
  ports: z.array(tcpPort).max(20).default([25]),
  /**
   * Ports with TLS from the first byte. They must be listening; the AuthProof reads their banner.
   */
  tlsPorts: z.array(tcpPort).max(20).default([]),
  /**
   * What the configuration depends on, in any form: when it changes, Postfix is reloaded and
   * verified.
   */
  configuration: z.record(z.string(), z.unknown()).default({}),
  /**
   * Declares that a port takes passwords in clear text (AUTH without TLS). Such a Postfix is not
   * left running unless `allowCleartext` is set.
   */
  cleartextAuth: z.boolean().default(false),
  /** Leave Postfix running although `cleartextAuth` is set. */
  allowCleartext: z.boolean().default(false),
  /**
   * Whether a Postfix that runs or starts at boot may be stopped for `state: stopped`. SaslMailHost
   * sets it to false if its `finalState` is not given: then nobody has asked for the stop, and
   * stopping a Postfix that is in use is refused.
   */
  mayStop: z.boolean().default(true),
  /** Whether the banner is the only proof. Set it to false if an AuthProof follows. */
  proves: z.boolean().default(true),
});

export type PostfixServiceInputs = z.infer<typeof postfixServiceSchema>;
