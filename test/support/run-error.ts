// The message of a mistake that the program refuses.
import * as pulumi from "@pulumi/pulumi";

/** Line by line. The SDK shows the message of a RunError alone; any other error would come with its stack, so it is thrown on. */
export function messageOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) return error.message.split("\n");
    throw error;
  }
  throw new Error("it was accepted");
}
