// No root access to a host: it cannot be reached, its identity is not the expected one, no usable
// key is here, or the login or sudo is refused. In all these cases the connection's settings need
// correction, not the host's configuration.
import { Failure } from "../core/failure.ts";

export class AccessFailure extends Failure {}
