// This program cannot work on the host: it cannot be reached, its identity is not the expected one,
// no usable key is here, the login or sudo is refused, no shell starts, or its system is not
// supported. Nothing of the resource was changed. `mayPass` in host.ts says which of these are tried
// again in the same run.
import { Failure } from "../core/failure.ts";

export class AccessFailure extends Failure {}
