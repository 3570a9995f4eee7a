/** A swap region that does not hold what was written to it: its VM is lost, no other is. */
export class SwapDamage extends Error {
  override readonly name = "SwapDamage";

  /** @param reason a phrase, without a full stop */
  constructor(
    readonly vmId: number,
    readonly reason: string,
  ) {
    super(`the swap region of VM ${vmId} is damaged: ${reason}`);
  }
}
