// The engine's marker for a value that is not known yet (during a preview), as the SDK passes it to
// dynamic providers.

/** `rpc.unknownValue` of @pulumi/pulumi, which stands for a value of any type. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is unknown or contains an unknown value at any depth. */
export function isUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(isUnknown);
}
