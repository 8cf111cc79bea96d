// No root access to a host, or to a host that can not be managed: it cannot be reached, its identity
// is not the expected one, no usable key is here, the login or sudo is refused, or its system is not
// supported. In all these cases the connection's settings need correction, not the host's
// configuration.
import { Failure } from "../core/failure.ts";

export class AccessFailure extends Failure {}
