// How a host is reached, as it stands in `hosts[].connection`: without secrets, which have keys of their own.
import { z } from "zod";

const text = z.string().min(1);

export const connectionSchema = z.strictObject({
  host: text.describe("name or address, as known_hosts knows it; or an alias of ssh_config"),
  port: z.int().min(1).max(65535).describe("port of the SSH server").optional(),
  user: text.describe("who logs in; everybody but root becomes root through sudo").optional(),
  privateKeyFile: text
    .describe("read at each run on the machine that runs Pulumi, never stored; without it the ssh-agent is asked")
    .optional(),
  agentSocketPath: text.describe("an agent").optional(),
  hostKey: text.describe("the only accepted key: `ssh-ed25519 AAAA…` or `SHA256:…`").optional(),
  knownHostsFile: text.describe("where keys are looked up; an unknown host is refused").optional(),
  sshConfigFile: text
    .describe("such as `~/.ssh/config`: what is not given in the connection is what it says, asked at each run")
    .optional(),
  dialErrorLimit: z
    .int()
    .min(0)
    .describe("how many dials may fail while a host boots; a wrong key or password is never tried twice")
    .optional(),
  perDialTimeout: z.number().min(1).describe("seconds for one dial with its login").optional(),
  get proxy(): z.ZodOptional<typeof connectionSchema> {
    return connectionSchema.optional();
  },
});
