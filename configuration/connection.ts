// How a host is reached, in `hosts[].connection`: the inputs of the package without secrets, which
// have keys of their own.
import { inputSchemas } from "pulumi-postfix-sasl";
import { z } from "zod";
import { key } from "./about.ts";

const hop = inputSchemas.connection;

export const connectionSchema = z.strictObject({
  host: hop.host.meta({ description: "name or address, as known_hosts knows it; or an alias of ssh_config" }),
  port: key(hop.port, "port of the SSH server", { default: 22 }),
  user: key(hop.user, "who logs in; everybody but root becomes root through sudo", { default: "root" }),
  privateKeyFile: key(
    hop.privateKeyFile,
    "read at each run on the machine that runs Pulumi, never stored; without it the ssh-agent is asked",
  ),
  agentSocketPath: key(hop.agentSocketPath, "an agent", { default: "SSH_AUTH_SOCK" }),
  hostKey: key(hop.hostKey, "the only accepted key: `ssh-ed25519 AAAA…` or `SHA256:…`"),
  knownHostsFile: key(hop.knownHostsFile, "where keys are looked up; an unknown host is refused", {
    default: "~/.ssh/known_hosts, /etc/ssh/ssh_known_hosts",
  }),
  sshConfigFile: key(
    hop.sshConfigFile,
    "such as `~/.ssh/config`: what is not given in the connection is what it says, asked at each run",
  ),
  dialErrorLimit: key(
    hop.dialErrorLimit,
    "how many dials may fail while a host boots; a wrong key or password is never tried twice",
    { default: 10 },
  ),
  perDialTimeout: key(hop.perDialTimeout, "seconds for one dial with its login", { default: 15 }),
  get proxy(): z.ZodOptional<typeof connectionSchema> {
    return key(connectionSchema, "a jump host, with the same fields; its key is verified, too");
  },
});

export type Connection = z.infer<typeof connectionSchema>;
