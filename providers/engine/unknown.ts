// The engine's sign for a value that is not known yet (during a preview), as the SDK hands it to dynamic providers.

/** `rpc.unknownValue` of @pulumi/pulumi: stands in for a value of any type. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is, or anywhere in it holds, something not known yet. */
export function isUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(isUnknown);
}
