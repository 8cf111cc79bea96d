// How a host is reached, as it stands in `hosts[].connection`: what the package takes, without secrets, which have keys of their own.
import { inputSchemas } from "pulumi-postfix-sasl";
import { z } from "zod";

const hop = inputSchemas.connection;

export const connectionSchema = z.strictObject({
  host: hop.host.describe("name or address, as known_hosts knows it; or an alias of ssh_config"),
  port: hop.port.describe("port of the SSH server"),
  user: hop.user.describe("who logs in; everybody but root becomes root through sudo"),
  privateKeyFile: hop.privateKeyFile.describe(
    "read at each run on the machine that runs Pulumi, never stored; without it the ssh-agent is asked",
  ),
  agentSocketPath: hop.agentSocketPath.describe("an agent"),
  hostKey: hop.hostKey.describe("the only accepted key: `ssh-ed25519 AAAA…` or `SHA256:…`"),
  knownHostsFile: hop.knownHostsFile.describe("where keys are looked up; an unknown host is refused"),
  sshConfigFile: hop.sshConfigFile.describe(
    "such as `~/.ssh/config`: what is not given in the connection is what it says, asked at each run",
  ),
  dialErrorLimit: hop.dialErrorLimit.describe(
    "how many dials may fail while a host boots; a wrong key or password is never tried twice",
  ),
  perDialTimeout: hop.perDialTimeout.describe("seconds for one dial with its login"),
  get proxy(): z.ZodOptional<typeof connectionSchema> {
    return connectionSchema.describe("a jump host, reached in the same way; its key is verified, too").optional();
  },
});

export type Connection = z.infer<typeof connectionSchema>;
