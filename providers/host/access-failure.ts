// Why nobody gets to root on a host: it can not be reached, it is not the one that is meant, no usable key is here, the login or sudo is
// refused. All these have in common that the settings of the connection, not the host's configuration, are the place to look.
import { Failure } from "../steps/failure.ts";

export class AccessFailure extends Failure {}
